import type { World } from '../../../sandbox/world.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { olderBackups } from '../../older-backup.ts';
import { allIsSaid, approve, botIn, nextBot, points } from '../bot-in.ts';
import { APPROVED, checksOfOneRun, faultsIn } from '../checks.ts';
import { DRAWN, drawn, wrongWith } from '../drawn.ts';
import { eventually } from '../eventually.ts';
import { leftBehind } from '../left-behind.ts';
import type { BotProcess } from '../process.ts';
import { smallWorld } from '../world.ts';

const SPEED = 300;
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
    void approve(world, request);
    const { second, endedBefore } = await nextBot(world, first, SPEED);
    bots.push(second);
    if (at === BEFORE_THE_VOTE) {
      if (image.protection === 'disabled') return ['something was done without an approval'];
      void approve(world, request);
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
    await allIsSaid(second);
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
  const runs = messages(world).filter((m) => m.threadTs === undefined && /of prod is released/.test(m.text));
  return faultsIn([
    [image.protection === 'disabled', 'the image is still protected'],
    [image.tags['circleci-backup:held'] === undefined, 'the hold is still there'],
    [runs.length === 1, `${runs.length} messages tell the end`],
    ...checksOfOneRun(left, APPROVED),
  ]);
}

const drawnPoints = drawn('approval/kill', POINTS, 3);

it(`an approved run whose bot is killed around the approving click is made once, whenever that was (${DRAWN})`, async () => {
  expect(await wrongWith(drawnPoints.map((at) => [at, () => killed(at)]))).toEqual([]);
}, 600_000);
