import type { SeenData } from '../model/coverage.ts';
import type { LookedPath, StorageDriver } from '../model/data-look.ts';
import { defined } from '../model/defined.ts';
import type { Mount } from '../model/mount.ts';
import { oneLine } from '../text/text.ts';
import { VALUE_MAX } from './tag-limits.ts';
import { packed, unpacked } from './tag-values.ts';
import { TAG } from './tags.ts';

/** What a backup's tags still know of the data of its machine, for whoever restores it without the bot's database. */
export interface NotedData {
  driver: StorageDriver;
  /** File systems that were mounted, the root not among them. */
  mounts: Mount[];
  paths: Pick<LookedPath, 'path' | 'real' | 'mount' | 'sample' | 'isEmpty'>[];
  /** How many of them found no room. */
  left: number;
}

const DRIVERS: readonly StorageDriver[] = ['local', 'external', 'unknown'];
/** In the place of a file's size: the folder was empty. */
const EMPTY = '-';
/** Values of them on an image: all else of its tags is of use to a restore as well, and EC2 takes 50. */
const MOST_VALUES = 2;

/** Mounts first: a restore compares them before anything else. */
export function dataTags({ driver, mounted, paths }: SeenData): Record<string, string> {
  const items = [
    item('d', driver),
    ...mounted
      .filter(({ target }) => target !== '/')
      .map((mount) => item('m', mount.target, mount.type, mount.source)),
    ...paths.map(({ path, real, mount, sample, isEmpty }) => {
      const about = ['p', path, real ?? '', mount?.target ?? ''] as const;
      const whole = item(
        ...about,
        ...(sample === undefined ? (isEmpty ? ['', EMPTY] : []) : [sample.name, String(sample.bytes)]),
      );
      return whole.length <= VALUE_MAX ? whole : item(...about);
    }),
  ];
  const kept = items.filter((one) => one.length <= VALUE_MAX);
  const tags = () => {
    const left = items.length - kept.length;
    return packed(TAG.data, [...kept, ...(left === 0 ? [] : [`+${left}`])]);
  };
  while (Object.keys(tags()).length > MOST_VALUES) kept.pop();
  return tags();
}

/** Undefined for a backup whose machine was not looked at. */
export function notedData(tags: Record<string, string>): NotedData | undefined {
  const items = unpacked(TAG.data, tags).map(fields);
  if (items.length === 0) return undefined;
  const mounts = items.flatMap(([kind, target = '', type = '', source = '']) =>
    kind === 'm' ? [{ target, type, source }] : [],
  );
  return {
    driver:
      DRIVERS.find((driver) => items.some(([kind, word]) => kind === 'd' && word === driver)) ?? 'unknown',
    mounts,
    paths: items.flatMap(([kind, path = '', real = '', at = '', name = '', bytes = '']) => {
      if (kind !== 'p' || !path.startsWith('/')) return [];
      const isSample = name !== '' && /^\d{1,15}$/.test(bytes);
      const about = defined({
        real: real === '' ? undefined : real,
        mount: mounts.find(({ target }) => target === at),
        sample: isSample ? { name, bytes: Number(bytes) } : undefined,
        isEmpty: bytes === EMPTY ? (true as const) : undefined,
      });
      return [{ path, ...about }];
    }),
    left: Number(items.map(([only = '']) => /^\+(\d{1,3})$/.exec(only)?.[1]).find(Boolean) ?? 0),
  };
}

/** Without spaces, which part the items of a list. */
function item(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join(',');
}

function fields(text: string): string[] {
  try {
    return text.split(',').map((part) => oneLine(decodeURIComponent(part)));
  } catch {
    // Somebody has changed the tag: what cannot be read is not there.
    return [];
  }
}
