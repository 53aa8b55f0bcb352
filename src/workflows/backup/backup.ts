import { machineChanges, targetChanges } from '../../core/approval/planned-machine.ts';
import { judge, judgeDatastores, type Verdict, withFiles } from '../../core/backup/verdict.ts';
import type { BackupRecord } from '../../core/catalogue/backup-record.ts';
import { outcomeTags } from '../../core/catalogue/backup-tags.ts';
import { dataTags } from '../../core/catalogue/data-tags.ts';
import { fittingBeside } from '../../core/catalogue/tag-limits.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { Outcome, Size } from '../../core/model/backup.ts';
import type { DatastoresReport } from '../../core/model/datastore.ts';
import { defined } from '../../core/model/defined.ts';
import type { ImageStatus } from '../../core/model/image.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { isPerson } from '../../core/model/person.ts';
import { hasPolicy } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { bytesInWords, counted, listInWords } from '../../core/text/words.ts';
import { againOf, BACKUP, type BackupInput } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import { describeMachine, findPlanned, machineNow, provenMachine, stateOf } from '../../runs/find-machine.ts';
import { findsRoom } from '../../runs/finds-room.ts';
import { forgetGone, learnMachine, noteBackup } from '../../runs/own-backups.ts';
import { updateRun } from '../../runs/run-message.ts';
import { lacking } from '../datastores/dump.ts';
import { backupFiles } from '../files/backup.ts';
import { forgetFiles } from '../files/forget.ts';
import { keepRepository } from '../files/upkeep.ts';
import { approvedStage } from '../run/approval-stage.ts';
import { followUp } from '../run/finish.ts';
import { FOR_EVER, type StageResult, type Steps } from '../run/stage.ts';
import { stageBegunAt } from './app.ts';
import { type Dumped, dumpAll, noneOf, readDatastores } from './datastores.ts';
import { finishBackup } from './finish.ts';
import { coverageOfRun, isCanceled, lookAtMachine } from './look.ts';
import { type CreateImage, quiescedImage, rebootImage, type Taken } from './quiesced.ts';
import { imageRequest, withoutRoom } from './request.ts';
import { type BackupEnd, resultOf, type UnfinishedResult } from './result.ts';
import { retainAfter } from './retention.ts';
import { type BackupContext, type BackupRun, createBackupRun } from './run.ts';
import { measureAdded } from './size.ts';
import { watchSnapshots } from './watch.ts';

/** Before an image exists nothing is lost by giving up, so trouble is not waited out for long. */
const PATIENCE_BEFORE_MS = 3 * 60_000;
const PATIENCE_FOR_SIZE_MS = 60_000;
/** The outcome is worth more effort: without its tag the backup does not count in the catalogue. */
const PATIENCE_FOR_RECORD_MS = 15 * 60_000;

/**
 * A backup, from finding the machine to the final message. Code outside the stages runs again after each restart, so
 * it only passes on what the stages returned.
 */
export async function backup(
  context: BackupContext,
  steps: Steps,
  asked: BackupInput,
): Promise<{ outcome: Outcome }> {
  const ec2 = context.ec2(asked.region);
  const input = await begunInput(context, asked);
  const run = createBackupRun(context, steps, input);
  const approved = await approval(run, asked);
  const end: BackupEnd = approved.ok ? await takeBackup(run) : { problem: approved.problem };
  const result = resultOf(input, end);
  const { imageId } = end;
  // Of an image that is gone there is nothing to tag.
  if (imageId !== undefined && end.problem?.code !== 'image-vanished') {
    const snapshotIds = snapshotsOf(end);
    const recorded = await run.attempt<null>('record', async ({ ec2Options }) => {
      const { target, region, runId: backupId } = input;
      const { outcome } = result;
      // The tag says it to everybody, and anybody may change it.
      const isCanceled = result.problem?.code === 'canceled';
      await noteBackup({ backupId, imageId, target, region }, context.store, (kept) => ({
        ...kept,
        ...madeBy(input),
        outcome,
        ...(isCanceled ? { isCanceled } : {}),
      }));
      // Others tag images as well: what finds no room beside their tags is left out, the outcome last of all.
      const { tags, left } = fittingBeside(end.status?.image.tags ?? {}, {
        ...outcomeTags(result),
        ...(end.looked?.ok ? dataTags(end.looked.value) : {}),
      });
      const call = ec2Options(PATIENCE_FOR_RECORD_MS);
      const isWhole = await findsRoom(ec2.tag([imageId, ...snapshotIds], tags, call));
      // The outcome counts on the image.
      if (!isWhole) await ec2.tag([imageId], tags, call);
      const without = [
        ...(left.length === 0 ? [] : [`, without ${listInWords(left)}: the image has 50 tags`]),
        ...(isWhole ? [] : [', not on its snapshots: one has 50 tags']),
      ].join('');
      return { ok: true, value: null, detail: `tagged “${result.outcome}” in EC2${without}` };
    });
    if (!recorded.ok) {
      result.warnings.push(
        `The outcome could not be written to the image’s tags. ${explain(recorded.problem).reason} It stands in ` +
          'the bot’s own database alone: without that the list would show this backup as not checked.',
      );
    }
  }
  const follows = followsOf(run, end, result);
  const told = await finishBackup(run, result, follows);
  if (follows.length > 0)
    await followUp(run, async () => {
      await measure(run, end);
      if (follows.includes('retention')) await retainAfter(run);
      else await forgetImages(run);
      if (follows.includes('forget')) await forgetFiles(run);
      if (follows.includes('upkeep')) await keepRepository(run);
    });
  return told;
}

/** What nobody has to wait for, neither the result nor the next run. */
function followsOf(
  { context, target, input }: BackupRun,
  end: BackupEnd,
  result: UnfinishedResult,
): BackupStageKey[] {
  const { verdict, imageId } = end;
  if (imageId === undefined || verdict === undefined || verdict.outcome === 'failed') return [];
  const hasRules = context.targets.some((one) => one.name === target && hasPolicy(one));
  const isGood = result.outcome === 'complete' && result.warnings.length === 0;
  const hasFiles = input.files !== undefined;
  return [
    'size',
    ...(isGood && hasRules ? (['retention'] as const) : []),
    ...(isGood && hasRules && hasFiles ? (['forget'] as const) : []),
    ...(isGood && hasFiles ? (['upkeep'] as const) : []),
  ];
}

/** How much the backup added, into its message and its tags. */
async function measure(run: BackupRun, end: BackupEnd): Promise<void> {
  const { context, input, runId } = run;
  const { imageId, machine, verdict } = end;
  if (imageId === undefined || machine === undefined || verdict === undefined) return;
  const ec2 = context.ec2(input.region);
  await run.attempt<Size>('size', async ({ ec2Options }) => {
    const options = ec2Options(PATIENCE_FOR_SIZE_MS);
    const added = await measureAdded(ec2, input, machine, verdict, options);
    const isTagged =
      added.known &&
      (await wasTagged(ec2.tag([imageId], { [TAG.addedBytes]: String(added.bytes) }, options)));
    await updateRun(context, runId, ({ follows = [], ...view }) => ({
      ...view,
      follows: follows.filter((key) => key !== 'size'),
      ...(view.result === undefined ? {} : { result: { ...view.result, added } }),
    }));
    const untagged = isTagged ? '' : ', which its tags do not say';
    const detail = added.known
      ? `${bytesInWords(added.bytes)} added${untagged}`
      : `size unknown: ${added.reason}`;
    return { ok: true, value: added, detail, audit: { added } };
  });
}

/** Where no retention looks at the region, and so forgets what is gone. A word that is kept too long does no harm. */
async function forgetImages({ context, input, runId, steps }: BackupRun): Promise<void> {
  const { target: name, region } = input;
  await steps.run({ name: 'gone', retryPolicy: FOR_EVER }, async () => {
    try {
      const options = { signal: context.stopping, patienceMs: PATIENCE_FOR_SIZE_MS };
      await forgetGone({ name, region }, await context.ec2(region).catalogue(options), context.store);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code === 'store-unavailable') throw error;
      context.log.info({ err: error, run: runId }, 'which backups are gone could not be seen');
    }
    return null;
  });
}

async function wasTagged(tagging: Promise<void>): Promise<boolean> {
  try {
    await tagging;
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/** What the record of a backup has from its run. */
function madeBy({ requester }: BackupInput): Pick<BackupRecord, 'isMade' | 'schedule'> {
  return { isMade: true, ...(isPerson(requester) ? {} : { schedule: requester.schedule }) };
}

/** A backup that waited for its approval is as old as that: what it holds is of then, and people took their time. */
async function begunInput({ store }: BackupContext, asked: BackupInput): Promise<BackupInput> {
  if (asked.mode === 'live') return asked;
  const lock = await store.locks.ofRun(asked.runId);
  return { ...asked, requestedAt: lock?.since ?? asked.requestedAt };
}

/** A live backup needs none. */
async function approval(run: BackupRun, asked: BackupInput): Promise<StageResult<null>> {
  if (asked.mode === 'live') return { ok: true, value: null };
  return approvedStage(
    run,
    { workflow: BACKUP, input: asked },
    {
      again: againOf(asked),
      async changes(configured, { ec2Options }) {
        const { region, instance, machine, app } = asked;
        if (machine === undefined) return ['the plan names no machine'];
        const planned = { region, instance, url: app?.url ?? null, ssh: app?.ssh ?? false };
        const now = await machineNow(
          run.context.ec2(region),
          machine,
          instance,
          ec2Options(PATIENCE_BEFORE_MS),
        );
        return [...targetChanges(planned, configured), ...machineChanges(machine, instance, now)];
      },
    },
  );
}

function snapshotsOf({ status, problem }: BackupEnd): string[] {
  if (problem?.code === 'canceled') return problem.snapshotIds;
  return (status?.snapshots ?? []).map((s) => s.snapshotId);
}

/** Everything up to the verdict; what it got to is in what it returns, also when it stops early. */
async function takeBackup(run: BackupRun): Promise<BackupEnd> {
  const { context, input } = run;
  const ec2 = context.ec2(input.region);

  const found = await run.attempt('find', async ({ ec2Options, wanted }) => {
    context.ping.tell('start', `${input.target}: ${input.runId} begins`);
    const call = ec2Options(PATIENCE_BEFORE_MS, wanted);
    const machine =
      input.machine === undefined
        ? await provenMachine(context, input, call)
        : await findPlanned(ec2, input.machine, { instance: input.instance, again: againOf(input) }, call);
    return { ok: true, value: machine, detail: describeMachine(machine) };
  });
  if (!found.ok) return { problem: found.problem };
  const machine = found.value;
  const request = imageRequest(input, machine);

  const permitted = await run.attempt('permissions', async ({ ec2Options, wanted }) => {
    const missing = await ec2.missingPermissions(request, ec2Options(PATIENCE_BEFORE_MS, wanted));
    return missing.length === 0
      ? { ok: true, value: null, detail: 'EC2 would allow all of it (dry run)' }
      : { ok: false, problem: { code: 'permissions-missing', actions: missing } };
  });
  if (!permitted.ok) return { machine, problem: permitted.problem };

  // A cancel does not interrupt this stage: an image may exist before its id is known.
  const create = () =>
    run.attempt<string>('image', async ({ ec2Options }) => {
      const id = await ec2.createImage(request, ec2Options(PATIENCE_BEFORE_MS));
      const { runId: backupId, target: name, region, instance } = input;
      const about = { backupId, imageId: id, target: name, region };
      await noteBackup(about, context.store, (kept) => ({ ...kept, ...madeBy(input) }));
      await learnMachine({ name, region, instance }, machine.instanceId, context.store);
      return { ok: true, value: id, detail: `${id}${withoutRoom(input, machine)}` };
    });
  const { created, app, warnings, isLive, looked, dumped } = await takeImage(run, machine, create);
  const untold = { machine, warnings, ...defined({ app, isLive, looked, dumped }) };
  if (!created.ok) return { ...untold, problem: created.problem };
  const imageId = created.value;
  const files = input.files === undefined ? undefined : await backupFiles(run, input.files);
  const taken = { ...untold, ...(files === undefined ? {} : { files }) };

  const watched = await run.attempt<ImageStatus>('snapshots', (tools) =>
    watchSnapshots(run, ec2, imageId, tools),
  );
  if (!watched.ok) return { ...taken, imageId, problem: watched.problem };
  const status = watched.value;

  const datastores = dumped === undefined ? undefined : await readAll(run, dumped);
  const beside = datastores === undefined ? {} : { datastores };

  const compared = await run.attempt<Verdict>('compare', async ({ ec2Options }) => {
    const coverage = await coverageOfRun(run, looked, files);
    const verdict = withFiles(judge(machine.volumes, status, coverage), files);
    if (verdict.problem?.code !== 'image-failed') {
      const inside = verdict.volumes.filter((v) => v.state === 'in the backup').length;
      const detail = `${inside} of ${counted(machine.volumes.length, 'volume')} in the image`;
      return { ok: true, value: verdict, detail };
    }
    const instance = await stateOf(ec2, machine, ec2Options(PATIENCE_FOR_SIZE_MS));
    const value = { ...verdict, problem: { ...verdict.problem, ...instance } };
    return { ok: true, value, detail: 'the image failed' };
  });
  if (!compared.ok) return { ...taken, ...beside, imageId, status, problem: compared.problem };
  const verdict = judgeDatastores(compared.value, datastores?.stores ?? []);
  return { ...taken, ...beside, imageId, status, verdict };
}

async function liveImage(run: BackupRun, machine: InstanceFacts, create: CreateImage): Promise<Taken> {
  const looked = await lookAtMachine(run, machine);
  if (isCanceled(looked)) return { created: looked, warnings: [], ...defined({ looked }) };
  const dumped = await dumpAll(run);
  const created = isCanceled(dumped) ? dumped : await create();
  return { created, warnings: [], ...defined({ looked, dumped }) };
}

/** Every dump read to its end. Where a stage could not be done at all, its datastores are all missing, with the reason. */
async function readAll(run: BackupRun, dumped: StageResult<Dumped>): Promise<DatastoresReport> {
  const imageAt = await stageBegunAt(run, 'image');
  if (!dumped.ok) return { stores: noneOf(run, lacking(dumped.problem)), imageAt };
  const read = await readDatastores(run, dumped.value.stores);
  return { stores: read.ok ? read.value : noneOf(run, lacking(read.problem)), imageAt };
}

/** Creates the image in the way that was asked for: beside the running application, without it, or with a restart. */
async function takeImage(run: BackupRun, machine: InstanceFacts, create: CreateImage): Promise<Taken> {
  const { mode, region } = run.input;
  if (mode === 'live') return liveImage(run, machine, create);
  return mode === 'reboot'
    ? rebootImage(run, machine, create)
    : quiescedImage(run, run.context.ec2(region), machine, create);
}
