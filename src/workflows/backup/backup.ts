import { judge, type Verdict } from '../../core/backup/verdict.ts';
import { outcomeTags } from '../../core/catalogue/tags.ts';
import type { Outcome, Size } from '../../core/model/backup.ts';
import type { ImageStatus } from '../../core/model/image.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { explain } from '../../core/problems/problem.ts';
import { bytesInWords, counted } from '../../core/text/words.ts';
import { BACKUP, type BackupInput } from '../../runs/backup.ts';
import { approvedStage } from '../run/approval-stage.ts';
import type { WorkflowContext } from '../run/context.ts';
import { describeMachine, findMachine, stateOf } from '../run/find-machine.ts';
import type { StageResult, Steps } from '../run/stage.ts';
import type { AppRun } from './app.ts';
import { finishBackup, verbOf } from './finish.ts';
import { createBackupDoor } from './machine-session.ts';
import { type CreateImage, quiescedImage, rebootImage, type Taken } from './quiesced.ts';
import { imageRequest } from './request.ts';
import { type BackupEnd, resultOf } from './result.ts';
import { retainAfter } from './retention.ts';
import { measureAdded } from './size.ts';
import { type BackupStages, createBackupStages } from './stages.ts';
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
  context: WorkflowContext,
  steps: Steps,
  asked: BackupInput,
): Promise<{ outcome: Outcome }> {
  const ec2 = context.ec2(asked.region);
  const input = await begunInput(context, asked);
  const stage = createBackupStages(context, steps, input);
  const approved = await approval(context, steps, asked);
  const end: BackupEnd = approved.ok
    ? await takeBackup(context, stage, input)
    : { problem: approved.problem };
  const result = resultOf(input, end);
  const { imageId } = end;
  // Of an image that is gone there is nothing to tag.
  if (imageId !== undefined && end.problem?.code !== 'image-vanished') {
    const snapshotIds = snapshotsOf(end);
    const recorded = await stage<null>('record', async ({ untilStopped }) => {
      await ec2.tag([imageId, ...snapshotIds], outcomeTags(result), untilStopped(PATIENCE_FOR_RECORD_MS));
      return { ok: true, value: null, detail: `tagged “${result.outcome}” in EC2` };
    });
    if (!recorded.ok) {
      result.warnings.push(
        `The outcome could not be written to the image’s tags. ${explain(recorded.problem).reason} The list shows ` +
          'this backup as not checked, and it does not count as the last good one.',
      );
    }
  }
  if (result.outcome === 'complete' && result.warnings.length === 0) {
    result.warnings.push(...(await retainAfter(context, stage, input)).warnings);
  }
  return finishBackup(context, steps, input, result);
}

/** A backup that waited for its approval is as old as that: what it holds is of then, and people took their time. */
async function begunInput({ store }: WorkflowContext, asked: BackupInput): Promise<BackupInput> {
  if (asked.mode === 'live') return asked;
  const lock = await store.locks.ofRun(asked.runId);
  return { ...asked, requestedAt: lock?.since ?? asked.requestedAt };
}

/** A live backup needs none. */
async function approval(
  context: WorkflowContext,
  steps: Steps,
  asked: BackupInput,
): Promise<StageResult<null>> {
  if (asked.mode === 'live') return { ok: true, value: null };
  const { runId, target, channel } = asked;
  const run = { runId, target, channel, verb: verbOf(asked) };
  return approvedStage(context, steps, run, { workflow: BACKUP, input: asked });
}

function snapshotsOf({ status, problem }: BackupEnd): string[] {
  if (problem?.code === 'canceled') return problem.snapshotIds;
  return (status?.snapshots ?? []).map((s) => s.snapshotId);
}

/** Everything up to the verdict; what it got to is in what it returns, also when it stops early. */
async function takeBackup(
  context: WorkflowContext,
  stage: BackupStages,
  input: BackupInput,
): Promise<BackupEnd> {
  const ec2 = context.ec2(input.region);

  const found = await stage('find', async ({ options }) => {
    context.ping.tell('start', `${input.target}: ${input.runId} begins`);
    const machine = await findMachine(ec2, input, options(PATIENCE_BEFORE_MS));
    return { ok: true, value: machine, detail: describeMachine(machine) };
  });
  if (!found.ok) return { problem: found.problem };
  const machine = found.value;
  const request = imageRequest(input, machine);

  const permitted = await stage('permissions', async ({ options }) => {
    const missing = await ec2.missingPermissions(request, options(PATIENCE_BEFORE_MS));
    return missing.length === 0
      ? { ok: true, value: null, detail: 'EC2 would allow all of it (dry run)' }
      : { ok: false, problem: { code: 'permissions-missing', actions: missing } };
  });
  if (!permitted.ok) return { machine, problem: permitted.problem };

  // A cancel does not interrupt this stage: an image may exist before its id is known.
  const create = () =>
    stage<string>('image', async ({ untilStopped }) => {
      const id = await ec2.createImage(request, untilStopped(PATIENCE_BEFORE_MS));
      return { ok: true, value: id, detail: id };
    });
  const { created, app, warnings, isLive } = await takeImage(context, stage, input, machine, create);
  const taken = { machine, warnings, ...(app === undefined ? {} : { app }), ...(isLive ? { isLive } : {}) };
  if (!created.ok) return { ...taken, problem: created.problem };
  const imageId = created.value;

  const watched = await stage<ImageStatus>('snapshots', (tools) =>
    watchSnapshots(context, ec2, input, imageId, tools),
  );
  if (!watched.ok) return { ...taken, imageId, problem: watched.problem };
  const status = watched.value;

  const compared = await stage<Verdict>('compare', async ({ untilStopped }) => {
    const verdict = judge(machine.volumes, status);
    if (verdict.problem?.code !== 'image-failed') {
      const inside = verdict.volumes.filter((v) => v.state === 'in the backup').length;
      const detail = `${inside} of ${counted(machine.volumes.length, 'volume')} in the image`;
      return { ok: true, value: verdict, detail };
    }
    const instance = await stateOf(ec2, machine, untilStopped(PATIENCE_FOR_SIZE_MS));
    const value = { ...verdict, problem: { ...verdict.problem, ...instance } };
    return { ok: true, value, detail: 'the image failed' };
  });
  if (!compared.ok) return { ...taken, imageId, status, problem: compared.problem };
  const verdict = compared.value;
  if (verdict.outcome === 'failed') return { ...taken, imageId, status, verdict };

  const measured = await stage<Size>('size', async ({ untilStopped }) => {
    const added = await measureAdded(ec2, input, machine, verdict, untilStopped(PATIENCE_FOR_SIZE_MS));
    const detail = added.known ? `${bytesInWords(added.bytes)} added` : `size unknown: ${added.reason}`;
    return { ok: true, value: added, detail };
  });
  const added: Size = measured.ok ? measured.value : { known: false, reason: 'the measurement failed' };
  return { ...taken, imageId, status, verdict, added };
}

/** Creates the image in the way that was asked for: beside the running application, without it, or with a restart. */
async function takeImage(
  context: WorkflowContext,
  stage: BackupStages,
  input: BackupInput,
  machine: InstanceFacts,
  create: CreateImage,
): Promise<Taken> {
  if (input.mode === 'live') return { created: await create(), warnings: [] };
  const run: AppRun = { context, input, stage, door: createBackupDoor(context, input) };
  return input.mode === 'reboot'
    ? rebootImage(run, machine, create)
    : quiescedImage(run, context.ec2(input.region), machine, create);
}
