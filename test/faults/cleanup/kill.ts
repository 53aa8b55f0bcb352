import { buildPath } from '../../../sandbox/machine/circleci/build-record.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import type { World } from '../../../sandbox/world.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { allIsSaid, approve, botIn, nextBot, points } from '../bot-in.ts';
import { APPROVED, checksOfOneRun, faultsIn } from '../checks.ts';
import { eventually } from '../eventually.ts';
import { leftBehind } from '../left-behind.ts';
import type { BotProcess } from '../process.ts';
import { smallWorld } from '../world.ts';

const SPEED = 300;
/** Far above what it needs. */
const LEASE_MS = 150_000;
/** Before its transaction a vote is nothing; the person clicks again. */
const BEFORE_THE_VOTE = 'vote/started';
/** Of the machine's clock, for one form: a tenth of a second on the wall, in which a bot can be killed. */
const FORM_MS = 30_000;

/** A bot to be killed: at a point of its own run, or once so many of the builds are left. */
export interface KillCleanup {
  name: string;
  at?: string;
  left?: number;
}

const messages = (world: World) => world.slack.messages(world.channel.id).filter((m) => m.deleted !== true);
const request = (world: World) =>
  messages(world).find(
    (m) => m.threadTs === undefined && m.text.includes('Delete the records of 3 builds') && isWhole(m),
  );
const ends = (world: World) =>
  messages(world).filter(
    (m) => m.threadTs === undefined && /^The builds of prod are cleaned up/.test(m.text),
  );

/** Kills the bot of an approved clean-up, lets another one go on, and tells what is wrong in the end. */
export async function killedCleanup({ at, left }: KillCleanup): Promise<string[]> {
  const world = await smallWorld({
    speed: SPEED,
    env: { APPROVAL_EXPIRES: '2w' },
    machines: { timing: { devConsole: 3_000, devConsoleForm: left === undefined ? 10 : FORM_MS } },
  });
  const bots: BotProcess[] = [];
  const [instance] = world.ec2.instances.values();
  const machine = world.machines.of(instance?.instanceId ?? '');
  // Its A record: the machine was not there yet when the world began.
  world.machines.names.set('ci.acme-rail.example', instance?.publicIp ?? '');
  const deleted = watchDeletions(machine);
  try {
    for (const build of machine.disk.builds) delete build.endsAt;
    const stuck = machine.disk.builds.filter(({ lifecycle }) => lifecycle === 'running');
    const urls = stuck.map(
      ({ org, project, number }) => `https://ci.acme-rail.example/gh/${org}/${project}/${number}`,
    );
    const first = await botIn(world, SPEED, at === undefined ? {} : { KILL_AT: at });
    bots.push(first);
    await world.slack.command(world.ana.id, world.channel.id, `cleanup ${urls.join(' ')}`);
    await eventually('the request is shown', () => request(world) !== undefined, first.stdout);
    void approve(world, request);
    if (left !== undefined) {
      await eventually(
        `${left} builds are left`,
        () => deleted.size >= stuck.length - left,
        () => `${first.stdout()}${first.stderr()}`,
      );
      first.signal('SIGKILL');
    }
    world.machines.timing.devConsoleForm = 10;
    const { second, endedBefore } = await nextBot(world, first, SPEED);
    bots.push(second);
    if (at === BEFORE_THE_VOTE) {
      if (deleted.size > 0) return ['something was done without an approval'];
      void approve(world, request);
    }
    const seen = () => `${messages(world).map((m) => m.text)}\n${second.stdout()}${second.stderr()}`;
    await eventually(
      'the last step is done',
      () => endedBefore || points(second).includes('finish/done'),
      seen,
      LEASE_MS,
    );
    await eventually('the end is told', () => ends(world).length > 0, seen, LEASE_MS);
    await eventually(
      'the request has its last word',
      () => request(world)?.blocks.every(({ type }) => type !== 'actions') === true,
      seen,
    );
    await allIsSaid(second);
    await second.stop();
    return await faultsOf(world, machine, deleted, stuck.length);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}

/** How often each build's record was deleted, by its path, as the machine has it. */
export function watchDeletions({ disk }: Machine): Map<string, number> {
  const deleted = new Map<string, number>();
  const splice = disk.builds.splice.bind(disk.builds);
  disk.builds.splice = (start: number, many: number = disk.builds.length) => {
    const gone = splice(start, many);
    for (const path of gone.map(buildPath)) deleted.set(path, (deleted.get(path) ?? 0) + 1);
    return gone;
  };
  return deleted;
}

async function faultsOf(
  world: World,
  machine: Machine,
  deleted: ReadonlyMap<string, number>,
  all: number,
): Promise<string[]> {
  const left = await leftBehind(world.dataFolder);
  const builds = left.audit.filter(({ kind, detail }) => kind === 'stage' && detail.stage === 'build');
  const told = JSON.stringify(ends(world).at(-1)?.blocks);
  return faultsIn([
    [machine.disk.builds.every(({ lifecycle }) => lifecycle !== 'running'), 'builds are left'],
    [deleted.size === all, `${deleted.size} builds were deleted`],
    [[...deleted.values()].every((times) => times === 1), `deleted twice: ${[...deleted]}`],
    [builds.length === all, `${builds.length} rows of builds`],
    [new Set(builds.map((row) => row.detail.build)).size === builds.length, 'a build has two rows'],
    [
      builds.every((row) => row.detail.result === 'deleted' || row.detail.result === 'gone'),
      `results: ${builds.map((row) => row.detail.result)}`,
    ],
    [!/not tried|was not there|failed/.test(told), `it is told as ${told}`],
    [ends(world).length === 1, `${ends(world).length} messages tell the end`],
    ...checksOfOneRun(left, APPROVED, ({ detail }) => detail.stage !== 'build'),
  ]);
}
