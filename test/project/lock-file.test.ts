import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
  os?: string[];
}

const ROOT = join(import.meta.dirname, '../..');
const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);

/** Where npm finds a dependency of a package: beside it, or in a folder above. */
function found(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (!folder.includes('/node_modules/')) return lock.packages[`node_modules/${name}`] !== undefined;
  }
}

/** A registry that lacks the binaries of some platform leaves them out of the lock, and `npm ci` then refuses it. */
test('package-lock.json names the binaries of every platform, so that npm ci takes it anywhere', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, locked]) =>
    Object.keys(locked.optionalDependencies ?? {})
      .filter((name) => !found(path, name))
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
});

/** A binary of another platform that was added by hand has none; npm fills it in where the entry is left out. */
test('package-lock.json has the checksum of every package, those of other platforms too', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  const unchecked = packages.filter(
    ([, locked]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(locked.integrity ?? ''),
  );
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test('package-lock.json carries no download addresses', () => {
  expect(Object.values(lock.packages).filter((locked) => locked.resolved !== undefined)).toEqual([]);
});
