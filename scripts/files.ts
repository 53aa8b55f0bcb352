import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

/** `npm run files`: writes the files that are made from code. */
const root = new URL('../', import.meta.url);
for (const [path, text] of Object.entries(await generatedFiles())) {
  writeFileSync(new URL(path, root), text);
  console.log(path);
}
