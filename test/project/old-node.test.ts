import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

test('what starts the bot can be read by an old Node, and asks for the one that package.json does', () => {
  const { bin, engines, scripts } = JSON.parse(read('package.json'));
  const guard: string = bin['circleci-backup'];
  expect(scripts).toMatchObject({ start: `node ${guard}`, cli: `node ${guard}` });
  expect(guard).toMatch(/\.js$/);
  const needed = /^const NEEDED = (\d+);$/m.exec(read(guard))?.[1];
  expect(`>=${needed}`).toBe(engines.node);
});
