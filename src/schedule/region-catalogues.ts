import type { CatalogueEntry } from '../core/catalogue/entry.ts';
import type { Target } from '../core/model/target.ts';
import { ProblemError } from '../core/problems/problem.ts';
import { judgeBackups, type ProofDeps } from '../runs/own-backups.ts';

const PATIENCE_MS = 60_000;

/** A target's own backups, or why EC2 could not be read, in words. */
export type ReadCatalogue = readonly CatalogueEntry[] | { unread: string };

type ByTarget = ReadonlyMap<string, readonly CatalogueEntry[]> | { unread: string };

interface Deps extends ProofDeps {
  targets: readonly Target[];
}

/**
 * The catalogue for one look at all targets: each region is read once, however many targets it has, and what is not proven to
 * be a target's own is left out. What EC2 does not show within a minute is told as unread, to all of them.
 */
export function regionCatalogues(
  deps: Deps,
  signal: AbortSignal,
): (target: Pick<Target, 'name' | 'region'>) => Promise<ReadCatalogue> {
  const read = new Map<string, Promise<ByTarget>>();
  return async ({ name, region }) => {
    const reading = read.get(region) ?? readRegion(deps, region, signal);
    read.set(region, reading);
    const found = await reading;
    return 'unread' in found ? found : (found.get(name) ?? []);
  };
}

async function readRegion(
  { targets, ec2, store }: Deps,
  region: string,
  signal: AbortSignal,
): Promise<ByTarget> {
  const call = { signal, patienceMs: PATIENCE_MS };
  const port = ec2(region);
  try {
    const all = await port.catalogue(call);
    // Asked for together, all machines come with one call.
    const own = await Promise.all(
      targets
        .filter((target) => target.region === region)
        .map(async (target): Promise<[string, CatalogueEntry[]]> => {
          const { entries } = await judgeBackups(target, all, { ec2: port, store }, call);
          return [target.name, entries.filter(({ doubts }) => doubts.length === 0)];
        }),
    );
    return new Map(own);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { unread: error.message };
  }
}
