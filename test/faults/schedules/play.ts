import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { App } from '../../../src/app.ts';
// Loaded before the clock runs: the bot does so at its first use.
import '../../../src/gateways/ec2/ec2.ts';
import '../../../src/gateways/ssh/open-ssh.ts';
import type { StepEvent } from '../../../src/core/ports/step-event.ts';
import { BEGIN } from '../../journeys/journey.ts';
import { watchActivity } from '../../journeys/routine/year/activity.ts';
import { leapClock } from '../../journeys/routine/year/clock.ts';
import { drawsOf } from '../draws.ts';
import { eventually } from '../eventually.ts';
import { engineRuns } from '../left-behind.ts';
import { leftOf } from './left.ts';
import { type Asked, peopleIn } from './people.ts';
import { brokenByAny } from './promises.ts';
import type { Schedule } from './schedule.ts';
import { addStrangers } from './strangers.ts';
import { heal } from './troubles.ts';
import { ASKED, type GuardedWorld, type Workflow } from './workflow.ts';

/** In wall ms: long for a machine that is busy, and short for what never answers. */
const TIMEOUTS = { awsTimeoutMs: 800, slackTimeoutMs: 800, machineAnswerMs: 800, consoleAnswerMs: 800 };
/** Whoever looks by themselves looks seldom: what they look for is not tried here. */
const LOOK_EVERY_MS = 10 * 60_000;
/** Wall time for a whole run; far above what one needs. */
const PATIENCE_MS = 150_000;
/** After so many questions people have had enough. */
const ENOUGH = 10;

/** How a schedule went. */
export interface Played {
  faults: string[];
  /** Of the last message, or what was answered where nothing came of it. */
  headline: string;
  /** What people were asked and chose. */
  answers: [key: string, label: string][];
  troubles: number;
}

/** Plays a schedule to its end, in this process; gives the promises that were broken. */
export async function play<W extends GuardedWorld, S>(
  workflow: Workflow<W, S>,
  schedule: Schedule<W, S>,
): Promise<Played> {
  const { setting } = schedule;
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'circleci-backup-'));
  let onStep = (_event: StepEvent) => {};
  const activity = watchActivity();
  // Libuv counts what arrives from wires, disks and threads.
  const moved = () => performance.nodeTiming.uvMetricsInfo.events;
  const clock = leapClock(BEGIN, { ...activity, changes: () => activity.changes() + moved() });
  let aheadMs = () => 0;
  const options = {
    clock,
    dataFolder: folder,
    slack: { rates: false },
    env: { LOG_LEVEL: 'warn', APPROVAL_EXPIRES: '12h', APPROVALS_REQUIRED: String(schedule.required) },
    gateways: {
      ...TIMEOUTS,
      clock: { now: () => clock.now() + aheadMs(), sleep: clock.sleep },
      lookEveryMs: LOOK_EVERY_MS,
      random: drawsOf(`random ${schedule.seed}`).number,
      observe(event: StepEvent) {
        // A vote may be one that comes late and does not count.
        if (event.step !== 'vote') activity.observe(event);
        onStep(event);
      },
    },
  } as const;
  const world = await workflow.world(options, setting);
  aheadMs = () => world.guard.aheadMs;
  addStrangers(world);
  if (schedule.required > 1) world.slack.workspace.userGroups[1]?.users.push(world.cleo.id);
  const people = peopleIn(world);
  const played: Played = { faults: [], headline: '', answers: [], troubles: 0 };
  const seen = () =>
    `${people.run()?.text}\n${JSON.stringify(people.answers)}\n${world.log.slice(-30).join('')}`;
  let app: App | undefined;
  let restarting = Promise.resolve();
  let isResumed = true;
  /** The engine takes the run up after a second or two of the wall. */
  const restart = () =>
    clock.hold(async () => {
      app = undefined;
      await world.stopBot();
      isResumed = false;
      app = await world.startBot();
      await eventually('the run goes on', () => isResumed || hasEnded(folder), seen);
    });
  try {
    app = await world.startBot();
    const troubles = [...schedule.troubles];
    const stops = new Set(schedule.stops);
    let toCancel = schedule.cancelAt;
    const beginAt = (step: string) => {
      for (const trouble of troubles.filter((one) => one.step === step)) {
        troubles.splice(troubles.indexOf(trouble), 1);
        played.troubles += 1;
        trouble.begin(world);
        const { passesAfterMs } = schedule;
        if (passesAfterMs !== undefined) void clock.sleep(passesAfterMs).then(() => heal(world));
      }
    };
    onStep = (event) => {
      const { runId, step, phase } = event;
      isResumed = true;
      workflow.observe?.(world, event);
      if (phase === 'started') beginAt(step);
      if (step === toCancel && phase === 'started') {
        toCancel = undefined;
        void world.slack.command(world.ana.id, world.channel.id, `cancel ${runId}`).catch(() => undefined);
      }
      if (stops.delete(`${step}/${phase}`)) restarting = restarting.then(restart);
    };
    people.attend({
      decision: schedule.decision,
      choose(asked) {
        if (asked.nth >= schedule.healsAfter) {
          troubles.length = 0;
          heal(world);
        }
        return chosen(schedule, asked);
      },
      rival: ({ labels }) => (schedule.choices.chance(0.1) ? schedule.choices.one(labels) : undefined),
    });
    beginAt(ASKED);
    const answer = await workflow.ask(world, people, setting);
    await eventually(
      'all is over',
      async () => {
        await restarting;
        return app !== undefined && isSettled(folder);
      },
      seen,
      PATIENCE_MS,
    );
    onStep = () => {};
    heal(world);
    const status = await people.say(world.ana, 'status');
    await world.stopBot();
    const left = await leftOf(folder);
    played.faults.push(...brokenByAny(world, left, status), ...workflow.broken(world, left, setting));
    played.headline = people.run()?.text.split('\n')[0] ?? left.approvals.at(-1)?.state ?? answer;
  } catch (error) {
    played.faults.push(`${error}`);
  } finally {
    people.leave();
    await restarting.catch(() => undefined);
    clock.stop();
    await world.close();
    activity.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return { ...played, answers: people.answers };
}

/** Anything at first; later what brings it to an end. */
function chosen<W, S>({ choices }: Schedule<W, S>, { labels, nth }: Asked): string {
  const going = labels.find((label) => ['Try again', 'Go on', 'Cut over', 'Cut over again'].includes(label));
  const ending = labels.find((label) => ['Abort', 'Leave it as it is'].includes(label));
  if (nth > ENOUGH) return ending ?? choices.one(labels);
  return going !== undefined && choices.chance(0.65) ? going : choices.one(labels);
}

function hasEnded(folder: string): boolean {
  return engineRuns(folder).every((status) => status === 'completed');
}

/** Nothing goes on, waits for somebody or is left to be said. */
function isSettled(folder: string): boolean {
  if (!hasEnded(folder)) return false;
  const store = new DatabaseSync(join(folder, 'store.db'), { readOnly: true, timeout: 5_000 });
  try {
    const open = store.prepare(
      `SELECT (SELECT count(*) FROM locks) + (SELECT count(*) FROM records WHERE kind = 'approval' AND open = 1) +
         (SELECT count(*) FROM messages WHERE sent_version < version AND state NOT IN ('dropped', 'withheld')) AS n`,
    );
    return open.get()?.n === 0;
  } finally {
    store.close();
  }
}
