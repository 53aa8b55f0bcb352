import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import type { World } from '../../../sandbox/world.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { allIsSaid, approve, botIn, nextBot } from '../bot-in.ts';
import { APPROVED, type Check, checksOfOneRun, faultsIn } from '../checks.ts';
import { wrongWith } from '../drawn.ts';
import { eventually } from '../eventually.ts';
import { engineRuns, leftBehind } from '../left-behind.ts';
import type { BotProcess } from '../process.ts';
import { hasButton } from '../told.ts';
import { smallWorld } from '../world.ts';

/**
 * So slow that a bot which takes a minute to start on a busy machine is back within some minutes of the clock: after half
 * an hour without it the backup is given up.
 */
const SPEED = 6;
const LEASE_MS = 150_000;
/** Most of their time is waited, for the clock is slow. */
const AT_ONCE = 8;
const TIMING = { appStart: 10_000, appStop: 5_000 };

/** A bot to be killed: at a point of its own run, or when its world says so. */
export interface AwayKill {
  name: string;
  at?: string;
  /** Makes the world ready. */
  arm?: (world: World) => void;
  /** Whether it is time, seen from the world. */
  now?: (world: World) => boolean;
}

/** A backup during which CircleCI is away. */
export interface AwayBackup {
  mode: 'quiesced' | 'reboot';
  flag: '--quiesce' | '--reboot';
  /** What only this kind has to be, seen from the machine; `appAtImages`: what CircleCI was when an image was created. */
  checks(world: World, image: ImageRecord | undefined, appAtImages: readonly string[]): Check[];
}

export const QUIESCED: AwayBackup = {
  mode: 'quiesced',
  flag: '--quiesce',
  checks(world, _image, appAtImages) {
    const orders = appOf(world)?.orders.join();
    return [
      [orders === 'stopping,starting', `CircleCI was told: ${orders}`],
      [appAtImages.join() === 'stopped', `at its images CircleCI was: ${appAtImages.join()}`],
    ];
  },
};

export const REBOOT: AwayBackup = {
  mode: 'reboot',
  flag: '--reboot',
  checks(world, image, appAtImages) {
    const { reboots } = machineOf(world);
    const orders = appOf(world)?.orders.join();
    return [
      [reboots === 1, `the machine was restarted ${reboots} times`],
      [image?.noReboot === false, 'the image was made without a restart'],
      [appAtImages.join() === AWAY, `at its images CircleCI was: ${appAtImages.join()}`],
      // It starts with the machine, and nobody has to tell it to.
      [orders === '', `CircleCI was told: ${orders}`],
    ];
  },
};

/** Nothing answers on a machine that is down. */
const AWAY = 'away';

export function machineOf(world: World) {
  const [instance] = world.ec2.instances.values();
  if (instance === undefined) throw new Error('there is no machine');
  return instance;
}

/** What runs on the machine; undefined while it is down. */
const appOf = (world: World) => world.machines.running.get(machineOf(world).instanceId);

export const isApp = (state: string) => (world: World) => appOf(world)?.app().state === state;

/** CreateImage without an answer: whether there is an image is lost with the process. */
export const LOST_ANSWERS: readonly AwayKill[] = [true, false].map((applied) => ({
  name: `CreateImage, ${applied ? 'done' : 'not done'}`,
  arm: (world) =>
    world.ec2.faults.push({ action: 'CreateImage', realCallsOnly: true, kind: 'silence', applied }),
  now: (world) => world.ec2.calls.some((call) => call.result.startsWith('silence')),
}));

/** Kills a bot for each of them, and gives what was wrong with which. */
export function wrongAfter(backup: AwayBackup, kills: readonly AwayKill[]): Promise<string[][]> {
  return wrongWith(
    kills.map((kill) => [kill.name, () => killedAway(backup, kill)]),
    AT_ONCE,
  );
}

const messages = (world: World) =>
  world.slack.messages(world.channel.id).filter((m) => m.deleted !== true && m.threadTs === undefined);
const request = (world: World) =>
  messages(world).find((m) => m.text.includes('Back up prod with') && isWhole(m));
const runs = (world: World) => messages(world).filter((m) => /^Backup of prod/.test(m.text));
const finals = (world: World) => runs(world).filter((m) => isWhole(m) && !hasButton(m));

/** Kills the bot of an approved backup for which CircleCI is stopped, lets another go on, and tells what is wrong then. */
async function killedAway(backup: AwayBackup, { name, at, arm, now }: AwayKill): Promise<string[]> {
  const world = await smallWorld({
    speed: SPEED,
    env: { APPROVAL_EXPIRES: '2w' },
    ec2: { snapshotSeconds: { min: 10, max: 15 } },
    machines: { timing: TIMING },
  });
  // Its A record: the machine was not there yet when the world began.
  world.machines.names.set('ci.acme-rail.example', machineOf(world).publicIp ?? '');
  const seen: string[] = [];
  world.ec2.onChange(({ noun, what }) => {
    if (noun === 'image' && what === 'created') seen.push(appOf(world)?.app().state ?? AWAY);
  });
  const bots: BotProcess[] = [];
  try {
    const first = await botIn(world, SPEED, at === undefined ? {} : { KILL_AT: at });
    bots.push(first);
    await world.slack.command(world.ana.id, world.channel.id, `now ${backup.flag}`);
    await eventually('the request is shown', () => request(world) !== undefined, first.stdout);
    arm?.(world);
    void approve(world, request);
    if (now !== undefined) {
      await eventually(`it is time for “${name}”`, () => now(world), first.stdout, LEASE_MS);
      first.signal('SIGKILL');
    }
    const { second, endedBefore } = await nextBot(world, first, SPEED);
    bots.push(second);
    const told = () => `${messages(world).map((m) => m.text)}\n${second.stdout()}${second.stderr()}`;
    // What follows the result is a part of the run, and not all results have such.
    const isDone = () => endedBefore || engineRuns(world.dataFolder).includes('completed');
    await eventually('the last step is done', isDone, told, LEASE_MS);
    await eventually('the end is told', () => finals(world).length > 0, told, LEASE_MS);
    await allIsSaid(second);
    await second.stop();
    return await faultsOf(world, backup, seen);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}

async function faultsOf(world: World, backup: AwayBackup, appAtImages: readonly string[]): Promise<string[]> {
  const left = await leftBehind(world.dataFolder);
  const app = appOf(world)?.app();
  const [image] = world.ec2.images.values();
  const [final] = finals(world);
  return faultsIn([
    [app?.state === 'started' && !app.transitioning, `CircleCI is ${app?.state}`],
    ...backup.checks(world, image, appAtImages),
    [world.ec2.images.size === 1, `there are ${world.ec2.images.size} images`],
    [image?.tags['circleci-backup:outcome'] === 'complete', 'the image is not tagged complete'],
    [image?.tags['circleci-backup:mode'] === backup.mode, `the image is not tagged ${backup.mode}`],
    [
      Number(image?.tags['circleci-backup:downtime-seconds']) > 0,
      'the time without CircleCI is not on the image',
    ],
    [finals(world).length === 1, `${finals(world).length} messages tell the end`],
    [/^Backup of prod is complete \(/.test(final?.text ?? ''), `it is told as ${final?.text}`],
    [
      request(world)?.blocks.every(({ type }) => type !== 'actions') === true,
      'the request still has buttons',
    ],
    ...checksOfOneRun(left, APPROVED),
  ]);
}
