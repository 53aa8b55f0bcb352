import type { CatalogueEntry } from '../core/catalogue/entry.ts';
import type { Target } from '../core/model/target.ts';
import type { Ec2Regions } from '../core/ports/ec2.ts';
import { ProblemError } from '../core/problems/problem.ts';

const PATIENCE_MS = 60_000;

/** A target's backups, or why EC2 could not be read, in words. */
export type ReadCatalogue = readonly CatalogueEntry[] | { unread: string };

type ByTarget = ReadonlyMap<string, readonly CatalogueEntry[]> | { unread: string };

/**
 * The catalogue for one look at all targets: each region is read once, however many targets it has. What EC2 does not
 * show within a minute is told as unread, to all of them.
 */
export function regionCatalogues(
  ec2: Ec2Regions,
  signal: AbortSignal,
): (target: Pick<Target, 'name' | 'region'>) => Promise<ReadCatalogue> {
  const read = new Map<string, Promise<ByTarget>>();
  return async ({ name, region }) => {
    const reading = read.get(region) ?? readRegion(ec2, region, signal);
    read.set(region, reading);
    const found = await reading;
    return 'unread' in found ? found : (found.get(name) ?? []);
  };
}

async function readRegion(ec2: Ec2Regions, region: string, signal: AbortSignal): Promise<ByTarget> {
  try {
    const entries = await ec2(region).catalogue({ signal, patienceMs: PATIENCE_MS });
    return Map.groupBy(entries, ({ target }) => target);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { unread: error.message };
  }
}
