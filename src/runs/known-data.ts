import type { KnownData } from '../core/model/coverage.ts';
import type { Store } from '../core/store/store.ts';

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
