import { settled } from '../../core/backup/verdict.ts';
import { imageName } from '../../core/catalogue/tags.ts';
import { isStopped } from '../../core/model/app-status.ts';
import type { AppReport } from '../../core/model/backup.ts';
import type { SeenData } from '../../core/model/coverage.ts';
import { defined } from '../../core/model/defined.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { Ec2 } from '../../core/ports/ec2.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import { onMachine, type Reached } from '../run/machine.ts';
import { note, type Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import { connect, seeIdle, stageBegunAt, startApp, stopApp, syncDisks } from './app.ts';
import { type Dumped, dumpAll } from './datastores.ts';
import { isCanceled, lookAtMachine } from './look.ts';
import type { BackupRun } from './run.ts';
import { seeRestarted, type Verified, verifyApp } from './verify.ts';

/** EC2 may hide a new image for minutes; the application does not stay away for longer than this because of it. */
const BEGUN_LIMIT_MS = 5 * 60_000;

/** An image, or why there is none, and what became of the application on the way. */
export interface Taken {
  created: StageResult<string>;
  /** Missing where nothing was touched. */
  app?: AppReport;
  warnings: string[];
  /** Of the external datastores, where they were dumped on the way. */
  dumped?: StageResult<Dumped>;
  /** It cannot be said that the application was away when the snapshots began. */
  isLive?: true;
  /** What was found on the machine; missing where the bot cannot log in. */
  looked?: StageResult<SeenData>;
}

export type CreateImage = () => Promise<StageResult<string>>;

/**
 * Stops the application, sees that nothing runs, has everything written, and creates the image. As soon as the snapshots
 * have begun the application is started again, and so it is whatever goes wrong from the first attempt to stop it on.
 */
export async function quiescedImage(
  run: BackupRun,
  ec2: Ec2,
  machine: InstanceFacts,
  create: CreateImage,
): Promise<Taken> {
  const connected = await connect(run, machine);
  if (!connected.ok) return { created: connected, warnings: [] };
  const at = connected.value;
  const looked = await lookAtMachine(run, machine, at);
  if (isCanceled(looked)) return { created: looked, warnings: [] };
  const stopped = await stopApp(run, at);
  const quiet: Quiet = stopped.ok
    ? await quietImage(run, ec2, machine, at, stopped.value, create)
    : { created: stopped, begun: 'late' };
  const { created } = quiet;
  const isLive = created.ok && quiet.begun !== true;
  const warnings =
    created.ok && quiet.begun !== true
      ? [`${WHY_LIVE[quiet.begun]} What is in the backup may be as of a live one, and it counts as live.`]
      : [];
  const { dumped } = quiet;
  const told = { created, ...(isLive ? { isLive } : {}), ...defined({ looked, dumped }) } as const;

  const started = await startApp(run, at);
  if (!started.ok) return { ...told, ...(await down(run, started.problem, warnings)) };
  const verified = await verifyApp(run, machine, at);
  if (!verified.ok) return { ...told, ...(await down(run, verified.problem, warnings)) };
  const upAt = 'upAt' in verified.value ? verified.value.upAt : started.value;
  const since = stopped.ok ? stopped.value : await stageBegunAt(run, 'stop-app');
  return { ...told, app: { state: 'up', downtimeMs: upAt - since }, warnings };
}

/** How far it came while the application was away. */
interface Quiet {
  created: StageResult<string>;
  /** Whether the snapshots were seen to have begun, and the application to be stopped still. */
  begun: true | keyof typeof WHY_LIVE;
  dumped?: StageResult<Dumped>;
}

const WHY_LIVE = {
  late: 'EC2 did not show within 5 minutes that the snapshots had begun, so the application was started before that.',
  started: 'Somebody else has started the application before the snapshots were seen to have begun.',
  unseen: 'Nobody could see whether the application was still stopped when the snapshots had begun.',
};

async function quietImage(
  run: BackupRun,
  ec2: Ec2,
  machine: InstanceFacts,
  at: Reached,
  stoppedSince: number,
  create: CreateImage,
): Promise<Quiet> {
  const idle = await seeIdle(run, at, stoppedSince);
  if (!idle.ok) return { created: idle, begun: 'late' };
  const dumped = await dumpAll(run);
  const beside = defined({ dumped });
  if (isCanceled(dumped)) return { created: dumped, begun: 'late', ...beside };
  // The plan says that CircleCI is away for as long as the dumps take: that is no absence of the bot.
  const tookMs = dumped?.ok === true ? dumped.value.tookMs : 0;
  const synced = await syncDisks(run, at, stoppedSince + tookMs);
  if (!synced.ok) return { created: synced, begun: 'late', ...beside };
  const created = await create();
  if (!created.ok) return { created, begun: 'late', ...beside };
  const begun = await seeBegun(run, ec2, at, { machine, imageId: created.value });
  return { created, begun: begun.ok ? begun.value : 'late', ...beside };
}

/**
 * Whether each of the machine's volumes has a snapshot: these hold what was on the disks when they began, which is as quiet
 * as it should be where the application is still stopped then.
 */
function seeBegun(
  run: BackupRun,
  ec2: Ec2,
  at: Reached,
  { machine, imageId }: { machine: InstanceFacts; imageId: string },
) {
  return run.attempt<Quiet['begun']>('begun', async (tools) => {
    const { input } = run;
    const { clock } = run.context;
    const enough = new AbortController();
    void clock.sleep(BEGUN_LIMIT_MS, enough.signal).then(() => enough.abort());
    try {
      const name = imageName(input.target, input.runId);
      for await (const event of ec2.watch(name, AbortSignal.any([tools.signal, enough.signal]))) {
        if ('trouble' in event || event.status?.image.imageId !== imageId) continue;
        const { status } = event;
        const copied = new Set(status.snapshots.map(({ volumeId }) => volumeId));
        // What has ended is judged later; nothing more will begin.
        if (settled(status) === 'waiting' && !machine.volumes.every(({ volumeId }) => copied.has(volumeId))) {
          await tools.tell(
            `${copied.size} of ${machine.volumes.length} begun; CircleCI is stopped until all have`,
          );
          continue;
        }
        const begun = `${copied.size} of ${machine.volumes.length} begun`;
        const value = await stillStopped(run, tools, at);
        return { ok: true, value, detail: value === true ? begun : `${begun}. ${WHY_LIVE[value]}` };
      }
    } finally {
      enough.abort();
    }
    tools.signal.throwIfAborted();
    return {
      ok: true,
      value: 'late',
      detail: 'EC2 has not shown it; the application is not kept waiting for it',
    };
  });
}

/** Whether the application is still stopped, as far as anybody can see. */
async function stillStopped(run: BackupRun, tools: Tools, at: Reached): Promise<Quiet['begun']> {
  try {
    const status = await onMachine(run, tools, at, (there) => there.appStatus());
    return isStopped(status) ? true : status === undefined ? 'unseen' : 'started';
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code !== 'store-unavailable') return 'unseen';
    throw error;
  }
}

/** Has EC2 restart the machine for the image, and sees that the machine and CircleCI come up again. */
export async function rebootImage(
  run: BackupRun,
  machine: InstanceFacts,
  create: CreateImage,
): Promise<Taken> {
  let at: Reached | undefined;
  let looked: StageResult<SeenData> | undefined;
  if (run.input.app?.ssh === true) {
    const connected = await connect(run, machine);
    if (!connected.ok) return { created: connected, warnings: [] };
    at = connected.value;
    looked = await lookAtMachine(run, machine, at);
    if (isCanceled(looked)) return { created: looked, warnings: [] };
  }
  const dumped = await dumpAll(run);
  if (isCanceled(dumped)) return { created: dumped, warnings: [], ...defined({ looked, dumped }) };
  const created = await create();
  // Where it is not known whether EC2 took the request, it may have restarted the machine all the same.
  if (!created.ok && !mayHaveRestarted(created.problem))
    return { created, warnings: [], ...defined({ looked, dumped }) };
  const since = await stageBegunAt(run, 'image');
  const restarted = await seeRestarted(run, machine);
  const told = { created, ...defined({ looked, dumped }) };
  if (!restarted.ok) return { ...told, ...(await down(run, restarted.problem, [])) };
  const verified = await verifyApp(run, machine, at);
  if (!verified.ok) return { ...told, ...(await down(run, verified.problem, [])) };
  return { ...told, ...upAfter(verified.value, since) };
}

function upAfter(verified: Verified, since: number): { app: AppReport; warnings: string[] } {
  if ('upAt' in verified) return { app: { state: 'up', downtimeMs: verified.upAt - since }, warnings: [] };
  return {
    app: { state: 'unknown' },
    warnings: [
      'Whether CircleCI itself is up again was not checked: neither SSH_PRIVATE_KEY_FILE nor CIRCLECI_URL is set. EC2’s status ' +
        'checks of the machine have passed.',
    ],
  };
}

function mayHaveRestarted({ code }: Problem): boolean {
  return !['canceled', 'permissions-missing', 'quota', 'ec2-refused'].includes(code);
}

/** CircleCI is away and does not come back by itself: everybody is told at once, and not only at the end. */
async function down(
  run: BackupRun,
  problem: Problem,
  warnings: string[],
): Promise<Pick<Taken, 'app' | 'warnings'>> {
  const { reason, next } = explain(problem);
  const remedy = BY_HAND_CODES.has(problem.code) ? BY_HAND : `Next: ${next}`;
  const { target, alert, mode } = run.input;
  const operators = targetNamed(run.context.targets, target)?.operators ?? [];
  await note(run, {
    key: 'app-down',
    tone: 'bad',
    broadcast: true,
    mentions: [...new Set([...alert, ...operators])],
    text: `CircleCI of ${target} has NOT come up again after it was ${mode === 'reboot' ? 'restarted' : 'stopped'} for a backup. ${reason} ${remedy}`,
  });
  return {
    app: { state: 'down' },
    warnings: [`CircleCI did not come up again. ${reason} ${remedy}`, ...warnings],
  };
}

/** Where it is the application that has to be started, or nobody knows because the bot cannot log in. */
const BY_HAND_CODES = new Set<Problem['code']>([
  'app-not-started',
  'ssh-dropped',
  'ssh-refused',
  'ssh-timeout',
  'ssh-unreachable',
  'host-key-wrong',
  'replicatedctl-silent',
  'replicatedctl-failed',
  'answer-unclear',
]);

const BY_HAND =
  'What to do now: on the machine, type “sudo replicatedctl app start”, and see with “sudo replicatedctl app status” whether it ' +
  'is “started”; the console is at port 8800.';
