import { coverageOf } from '../../core/files/coverage.ts';
import type { DataStatus, SeenData } from '../../core/model/coverage.ts';
import type { Target } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { provenMachine } from '../../runs/find-machine.ts';
import { dataSettingsOf, keepData, wantedPaths } from '../../runs/known-data.ts';
import { readingOptions } from '../base/call-options.ts';
import { logInTo } from '../base/log-in.ts';
import type { MachineDeps, Needs } from '../base/verb.ts';

/** Somebody waits, and what was seen last is there to be shown. */
const LOOK_LIMIT_MS = 8_000;

/**
 * What a backup of a target would cover: by a look at its machine where `looks`, else and where that fails by the last one.
 * Undefined where there was none.
 */
export async function dataStatus(
  target: Target,
  { looks }: { looks: boolean },
  deps: MachineDeps & Needs<'clock'>,
): Promise<DataStatus | undefined> {
  const { store } = deps;
  const settings = dataSettingsOf(target);
  const known = (await store.knownData.get(target.name))?.value;
  const copied = target.restic === undefined ? undefined : { paths: settings.paths, done: true };
  const of = (seen: SeenData | undefined) => coverageOf({ settings, seen, before: known?.good, copied });
  if (!settings.ssh) return { coverage: of(undefined) };
  let trouble: string | undefined;
  try {
    const seen = looks ? await lookNow(target, deps) : undefined;
    if (seen !== undefined) return { coverage: of(seen) };
  } catch (error) {
    trouble =
      error instanceof ProblemError ? explain(error.problem).reason : 'The machine did not answer in time.';
  }
  return known === undefined
    ? undefined
    : { coverage: of(known.last), seenAt: known.last.at, ...(trouble === undefined ? {} : { trouble }) };
}

async function lookNow(target: Target, deps: MachineDeps & Needs<'clock'>): Promise<SeenData> {
  const { store, clock } = deps;
  const { name, region, instance } = target;
  const machine = await provenMachine(deps, { target: name, region, instance }, readingOptions());
  const wanted = wantedPaths(dataSettingsOf(target).paths, (await store.knownData.get(name))?.value);
  const services = await logInTo(machine, target, deps, LOOK_LIMIT_MS);
  try {
    const seen: SeenData = {
      at: clock.now(),
      volumes: machine.volumes,
      driver: await services.storageDriver(),
      ...(await services.lookAtData(wanted, { sizes: false })),
    };
    await keepData(store, name, (before) => ({ ...before, last: seen }));
    return seen;
  } finally {
    services.close();
  }
}
