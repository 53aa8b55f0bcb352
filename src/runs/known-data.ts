import type { DataSettings, KnownData } from '../core/model/coverage.ts';
import type { WantedPath } from '../core/model/data-look.ts';
import type { Target } from '../core/model/target.ts';
import type { Store } from '../core/store/store.ts';

/** What a target's settings say of its data. */
export function dataSettingsOf({ ssh, files, storage }: Target): DataSettings {
  return {
    ssh: ssh !== undefined,
    paths: files?.paths ?? [],
    ...(storage === undefined ? {} : { storage }),
  };
}

/** The file by which a folder was known before is looked for again: a new one each time would prove nothing. */
export function wantedPaths(paths: readonly string[], known: KnownData | undefined): WantedPath[] {
  const before = known?.good ?? known?.last;
  return paths.map((path) => ({
    path,
    sample: before?.paths.find((one) => one.path === path)?.sample?.name,
  }));
}

/** Keeps what was found of a target's data. Another look of the same moment is as good: whoever was faster wins. */
export async function keepData(
  { knownData }: Pick<Store, 'knownData'>,
  target: string,
  change: (before: Partial<KnownData>) => KnownData,
): Promise<void> {
  const before = await knownData.get(target);
  if (before === undefined) await knownData.insert(target, change({}), true);
  else await knownData.replace(target, before.version, change(before.value), true);
}
