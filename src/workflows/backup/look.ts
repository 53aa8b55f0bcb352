import { isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import { coverageOf, type SeenBefore } from '../../core/files/coverage.ts';
import { placeOf } from '../../core/files/place.ts';
import type { FilesReport } from '../../core/model/backup.ts';
import type { Coverage, SeenData } from '../../core/model/coverage.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { counted } from '../../core/text/words.ts';
import { keepData, wantedPaths } from '../../runs/known-data.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import { currentMachine } from '../run/current-machine.ts';
import { onMachine, type Reached } from '../run/machine.ts';
import type { StageResult } from '../run/stage.ts';
import type { BackupRun } from './run.ts';

/** What is looked at makes the backup no better: nobody waits long for it. */
const PATIENCE_MS = 20_000;

/** Looks at what the machine keeps and where. Undefined where the bot cannot log in, or did not know that yet. */
export async function lookAtMachine(
  run: BackupRun,
  machine: InstanceFacts,
  at?: Reached,
): Promise<StageResult<SeenData> | undefined> {
  const { data } = run.input;
  if (data?.ssh !== true) return undefined;
  return run.attempt<SeenData>('look', async (tools) => {
    const { clock, store } = run.context;
    const call = tools.ec2Options(PATIENCE_MS, tools.wanted);
    const { target, region } = run;
    const there =
      at ?? (await currentMachine(run.context, { target, region, instance: run.input.instance }, call));
    // A wish to stop breaks it off: it changes nothing.
    const reading = { ...tools, signal: tools.wanted };
    const known = (await store.knownData.get(run.target))?.value;
    const wanted = wantedPaths(data.paths, known);
    const look = async (services: ServicesMachine): Promise<SeenData> => ({
      at: clock.now(),
      volumes: machine.volumes,
      driver: await services.storageDriver(),
      ...(await services.lookAtData(wanted, { sizes: true })),
    });
    const seen = await onMachine(run, reading, there, look, PATIENCE_MS);
    await keepData(store, run.target, (before) => ({ ...before, last: seen }));
    return { ok: true, value: seen, detail: inWords(seen) };
  });
}

/** What else goes wrong with a look keeps no backup from being made. */
export function isCanceled(
  stage: StageResult<unknown> | undefined,
): stage is StageResult<never> & { ok: false } {
  return stage?.ok === false && stage.problem.code === 'canceled';
}

function inWords(seen: SeenData): string {
  const outside = seen.mounted.filter((mount) => !placeOf(mount, seen).inImage);
  const mounts = `${counted(seen.mounted.length, 'file system')}${outside.length === 0 ? '' : `, ${outside.length} of them in no image`}`;
  const paths = seen.paths.length === 0 ? '' : `; ${counted(seen.paths.length, 'folder')} of FILES_PATHS`;
  const driver = { local: 'on the machine', external: 'in an object store', unknown: 'nobody knows where' }[
    seen.driver
  ];
  return `${mounts}${paths}; large objects ${driver}`;
}

/** What the backup covers, compared with the last one that had no gap; one without a gap is what the next is compared with. */
export async function coverageOfRun(
  run: BackupRun,
  looked: StageResult<SeenData> | undefined,
  files: FilesReport | undefined,
): Promise<Coverage | undefined> {
  const { store } = run.context;
  const { data } = run.input;
  if (data === undefined) return undefined;
  const before = (await store.knownData.get(run.target))?.value.good ?? (await noted(run));
  const seen = looked === undefined ? undefined : looked.ok ? looked.value : { trouble: looked.problem };
  const coverage = coverageOf({
    settings: data,
    seen,
    before,
    copied: files === undefined ? undefined : { paths: files.paths, done: files.state === 'in the backup' },
  });
  if (looked?.ok === true && coverage.gaps.length === 0) {
    const { value: good } = looked;
    await keepData(store, run.target, ({ last = good }) => ({ last, good }));
  }
  return coverage;
}

/** As the newest complete backup has it in its tags, where the bot's own database was lost. */
async function noted({ context, target: name, region, input }: BackupRun): Promise<SeenBefore | undefined> {
  const call = { signal: context.stopping, patienceMs: PATIENCE_MS };
  try {
    const own = await readOwnBackups({ name, region, instance: input.instance }, context, call);
    const entry = newestFirst(own.entries).find((one) => isComplete(one) && one.data !== undefined);
    return entry?.data === undefined ? undefined : { at: entry.createdAt, ...entry.data };
  } catch (error) {
    // Without it the backup is compared with nothing, as the first one is.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
