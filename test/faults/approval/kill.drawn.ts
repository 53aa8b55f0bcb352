import type { World } from '../../../sandbox/world.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { olderBackups } from '../../older-backup.ts';
import { botIn, points } from '../bot-in.ts';
import { DRAWN, drawn, wrongWith } from '../drawn.ts';
import { eventually } from '../eventually.ts';
import { letLeasesPass } from '../leases.ts';
import { engineRuns, leftBehind } from '../left-behind.ts';
import type { BotProcess } from '../process.ts';
import { smallWorld } from '../world.ts';

const SPEED = 300;
const APPROVE = 'circleci-backup:approve';
const HELD = 'bk-20261001-0300-h7kd';
/** Far above what it needs. */
const LEASE_MS = 150_000;
/** Before its transaction a vote is nothing; the person clicks again. */
const BEFORE_THE_VOTE = 'vote/started';

const POINTS = ['vote', 'handover', 'approval', 'release', 'check', 'finish'].flatMap((step) => [
  `${step}/started`,
  `${step}/done`,
]);

const messages = (world: World) => world.slack.messages(world.channel.id).filter((m) => m.deleted !== true);
const request = (world: World) =>
  messages(world).find((m) => m.threadTs === undefined && m.text.includes(`Release ${HELD}`) && isWhole(m));

async function approve(world: World): Promise<void> {
  const message = request(world);
  if (message === undefined) throw new Error('there is no request');
  // The answer to whoever clicks is lost with the process.
  await world.slack.act(world.ben.id, { message }, APPROVE).catch(() => undefined);
}

/** Kills the bot at one point of an approved release, lets another one go on, and tells what is wrong in the end. */
async function killed(at: string): Promise<string[]> {
  const world = await smallWorld({ speed: SPEED, env: { APPROVAL_EXPIRES: '2w' } });
  const bots: BotProcess[] = [];
  const [machine] = world.ec2.instances.values();
  try {
    if (machine === undefined) return ['the sandbox has no machine'];
    const image = olderBackups(world.ec2, machine, world.clock.now())(
      50,
      { name: `circleci-backup/prod/${HELD}`, protection: 'enabled-without-cooldown' },
      { 'circleci-backup:run': HELD, 'circleci-backup:held': 'UBEN' },
    );
    const first = await botIn(world, SPEED, { KILL_AT: at });
    bots.push(first);
    await world.slack.command(world.ana.id, world.channel.id, `release ${HELD}`);
    await eventually('the request is shown', () => request(world) !== undefined, first.stdout);
    void approve(world);
    const exit = await first.exited;
    if (exit.signal !== 'SIGKILL') return [`the process ended with ${JSON.stringify(exit)}`];
    const endedBefore = engineRuns(world.dataFolder).includes('completed');
    letLeasesPass(world.dataFolder);
    const second = await botIn(world, SPEED);
    bots.push(second);
    if (at === BEFORE_THE_VOTE) {
      if (image.protection === 'disabled') return ['something was done without an approval'];
      void approve(world);
    }
    const seen = () => `${messages(world).map((m) => m.text)}\n${second.stdout()}${second.stderr()}`;
    await eventually(
      'the last step is done',
      () => endedBefore || points(second).includes('finish/done'),
      seen,
      LEASE_MS,
    );
    await eventually(
      'the end is told',
      () => messages(world).some((m) => m.threadTs === undefined && /^\S+ of prod is released/.test(m.text)),
      seen,
      LEASE_MS,
    );
    await eventually(
      'the request has its last word',
      () => request(world)?.blocks.every(({ type }) => type !== 'actions') === true,
      seen,
    );
    await eventually('nothing is left to be said', async () =>
      /^circleci_backup_outbox_pending 0$/m.test((await second.ops('/metrics')).body),
    );
    await second.stop();
    return await faultsOf(world, image);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}

async function faultsOf(
  world: World,
  image: { protection: string; tags: Record<string, string> },
): Promise<string[]> {
  const left = await leftBehind(world.dataFolder);
  const rows = (kind: string) => left.audit.filter((row) => row.kind === kind);
  const stages = rows('stage').map((row) => String(row.detail.stage));
  const runs = messages(world).filter((m) => m.threadTs === undefined && /of prod is released/.test(m.text));
  const checks: [boolean, string][] = [
    [image.protection === 'disabled', 'the image is still protected'],
    [image.tags['circleci-backup:held'] === undefined, 'the hold is still there'],
    [runs.length === 1, `${runs.length} messages tell the end`],
    [left.locks.length === 0, 'the lock is still there'],
    [left.runs.join() === 'completed', `the engine's runs: ${left.runs.join()}`],
    ...['request', 'vote', 'start', 'result'].map((kind): [boolean, string] => [
      rows(kind).length === 1,
      `${rows(kind).length} rows of the kind ${kind}`,
    ]),
    [new Set(stages).size === stages.length, `stages noted twice: ${stages.join()}`],
    [left.chainBreak === undefined, `the audit breaks at ${left.chainBreak}`],
    [left.unsent.length === 0, `unsent: ${left.unsent.map((m) => m.id).join()}`],
  ];
  return checks.filter(([good]) => !good).map(([, fault]) => fault);
}

const drawnPoints = drawn('approval/kill', POINTS, 3);

it(`an approved run whose bot is killed around the approving click is made once, whenever that was (${DRAWN})`, async () => {
  expect(await wrongWith(drawnPoints.map((at) => [at, () => killed(at)]))).toEqual([]);
}, 600_000);
