import { readFileSync } from 'node:fs';

/** The version that package.json names; `unknown` where the file is not beside the program. */
export function programVersion(): string {
  try {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
      return String(manifest.version);
  } catch {
    // A copy of src without its package: it runs all the same.
  }
  return 'unknown';
}
