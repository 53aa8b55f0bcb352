import { createWorld, type World } from '../../../sandbox/world.ts';
import { botIn } from '../../faults/bot-in.ts';
import { databaseUrl } from '../../faults/database.ts';
import { type Draws, drawsOf } from '../../faults/draws.ts';
import { eventually } from '../../faults/eventually.ts';
import { leftBehind } from '../../faults/left-behind.ts';
import type { BotProcess } from '../../faults/process.ts';
import { hasButton, isComplete, runMessages } from '../../faults/told.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { olderBackups } from '../../older-backup.ts';
import type { PostgresServer } from './server.ts';

const SPEED = 60;
const TARGETS = ['ci-1', 'ci-2', 'ci-3'];
/** Has a request that waits for its approval meanwhile, and nothing else. */
const ASKED = 'ci-9';
const HELD = 'bk-20261001-0300-h7kd';
const APPROVE = 'circleci-backup:approve';
const PATIENCE_MS = 120_000;
const LOOK_MS = 200;
/** A life of several processes is longer than that of one. */
const LIFE = { limitMs: 900_000 };

/** What one process after another was made to suffer, and what is wrong in the end. */
export interface Life {
  /** Runs, and the duties, that went on in another process. */
  takeovers: number;
  /** Processes that woke up after others had taken over what they were doing. */
  stops: number;
  faults: string[];
}

/**
 * So many processes on one database make backups of some targets, round by round, while one of them is killed or stands
 * still for longer than its leases say (which are let pass in the tables) at a moment drawn by chance. A request is
 * approved in between.
 */
export async function live(
  server: PostgresServer,
  seed: string,
  { processes, rounds }: { processes: number; rounds: number },
): Promise<Life> {
  const draws = drawsOf(seed);
  const world = await createWorld({
    databaseUrl,
    speed: SPEED,
    fleet: [...TARGETS, ASKED],
    ec2: { snapshotSeconds: { min: 120, max: 480 } },
    env: { APPROVAL_EXPIRES: '2w' },
  });
  world.ec2.denied.add('ebs:ListSnapshotBlocks');
  const held = holdBackup(world);
  const tables = tablesOf(server, world.dataFolder);
  const life: Life = { takeovers: 0, stops: 0, faults: [] };
  const bots: BotProcess[] = [];
  const seen = () =>
    [
      ...runMessages(world).map((m) => m.text),
      ...bots.map((bot) =>
        bot
          .stdout()
          .split('\n')
          .filter(isTrouble)
          .slice(-5)
          .map((line) => line.slice(0, 400))
          .join('\n'),
      ),
    ].join('\n');
  let asked = 0;
  try {
    for (let n = 0; n < processes; n += 1) bots.push(await botIn(world, SPEED, {}, LIFE));
    await world.slack.command(world.ana.id, world.channel.id, `release ${HELD}`);
    for (let round = 0; round < rounds; round += 1) {
      for (const target of TARGETS)
        await world.slack.command(world.ana.id, world.channel.id, `now ${target}`);
      asked += TARGETS.length;
      for (let blow = 0; blow < 2; blow += 1) {
        await pause(draws.whole(2_500));
        // The last one of each life stands still, whatever chance says.
        const isLast = round === rounds - 1 && blow === 1;
        await strike(world, tables, bots, draws, life, isLast || draws.chance(0.4) ? 'stop' : 'kill');
      }
      if (round === 0) await approve(world, tables, seen);
      await eventually(
        `all runs of round ${round} have ended`,
        async () => {
          await pause(LOOK_MS);
          const runs = await tables.runs();
          return runs.length >= asked + 1 && runs.every(({ status }) => status === 'completed');
        },
        seen,
        PATIENCE_MS,
      );
    }
    for (const bot of bots)
      await eventually(
        'nothing is left to be said',
        async () => /^circleci_backup_outbox_pending 0$/m.test((await bot.ops('/metrics')).body),
        seen,
        PATIENCE_MS,
      );
    await Promise.all(bots.map((bot) => bot.stop()));
    life.faults = await faultsOf(world, asked, held);
  } catch (error) {
    life.faults = [String(error)];
  } finally {
    for (const bot of bots) bot.signal('SIGCONT');
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
  return life;
}

/** What a process does, by its own log: ids of workers that have had runs, and its fences of the duties. */
function namesIn(bot: BotProcess): Set<string> {
  const found = bot
    .stdout()
    .matchAll(/"worker":"([^"]+)"|"fence":(\d+),"msg":"this process has the duties now"/g);
  return new Set([...found].map(([, worker, fence]) => worker ?? fence ?? ''));
}

/** What the processes keep in the database. Asked without holding up the world, which is in this process. */
interface Tables {
  runs(): Promise<{ status: string }[]>;
  /** Who has, or had last, each run and the duties. */
  holders(): Promise<{ id: string; holder: string; isRunning: boolean }[]>;
  /** What this process is doing. */
  heldBy(bot: BotProcess): Promise<string[]>;
  /** The leases of one process alone are let pass. */
  letPass(names: ReadonlySet<string>): Promise<void>;
  hasVote(): Promise<boolean>;
}

function tablesOf(server: PostgresServer, folder: string): Tables {
  const schema = new URL(databaseUrl(folder)).searchParams.get('schema');
  const runsTable = `${schema}_engine.workflow_runs`;
  const runs = () => server.sql(`select id, worker_id as holder, status from ${runsTable}`);
  const tables: Tables = {
    runs: async () => (await runs()).map(({ status }) => ({ status: String(status) })),
    async holders() {
      const duties = await server.sql(
        `select name as id, fence as holder, 'running' as status from ${schema}.leases`,
      );
      return [...(await runs()), ...duties].map(({ id, holder, status }) => ({
        id: String(id),
        holder: String(holder),
        isRunning: status === 'running',
      }));
    },
    async heldBy(bot) {
      const names = namesIn(bot);
      return (await tables.holders())
        .filter(({ holder, isRunning }) => isRunning && names.has(holder))
        .map(({ id }) => id);
    },
    async letPass(names) {
      const all = [...names];
      await server.sql(`update ${schema}.leases set until = 0 where fence::text = any($1)`, [all]);
      await server.sql(
        `update ${runsTable} set available_at = now() - interval '1 second' where status = 'running' and worker_id = any($1)`,
        [all],
      );
    },
    hasVote: async () => (await server.sql(`select seq from ${schema}.audit where kind = 'vote'`)).length > 0,
  };
  return tables;
}

async function strike(
  world: World,
  tables: Tables,
  bots: BotProcess[],
  draws: Draws,
  life: Life,
  how: 'kill' | 'stop',
): Promise<void> {
  // Whoever is struck was doing something.
  const patience = performance.now() + 10_000;
  let busy: BotProcess[] = [];
  while (busy.length === 0 && performance.now() < patience) {
    await pause(LOOK_MS);
    const held = await Promise.all(bots.map((bot) => tables.heldBy(bot)));
    busy = bots.filter((_, n) => (held[n]?.length ?? 0) > 0);
  }
  const victim = draws.some(1, busy)[0];
  if (victim === undefined) return;
  victim.signal(how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  if (how === 'kill') await victim.exited;
  const held = await tables.heldBy(victim);
  const names = namesIn(victim);
  await tables.letPass(names);
  if (how === 'kill') bots[bots.indexOf(victim)] = await botIn(world, SPEED, {}, LIFE);
  // Whoever lives asks the engine about once a second, and for the duties every four.
  const until = performance.now() + 15_000;
  let taken = 0;
  do {
    await pause(LOOK_MS);
    taken = (await tables.holders()).filter(
      ({ id, holder }) => held.includes(id) && holder !== 'null' && !names.has(holder),
    ).length;
  } while (taken < held.length && performance.now() < until);
  life.takeovers += taken;
  if (how === 'kill') return;
  // A little more, so that the others come further than it had.
  await pause(draws.whole(1_500));
  victim.signal('SIGCONT');
  if (taken > 0) life.stops += 1;
}

/** Of a bot's log. */
function isTrouble(line: string): boolean {
  return /"level":"(warn|error)"/.test(line);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function holdBackup(world: World): { protection: string } {
  const machine = [...world.ec2.instances.values()].at(-1);
  if (machine === undefined) throw new Error('the sandbox has no machine');
  return olderBackups(world.ec2, machine, world.clock.now())(
    50,
    { name: `circleci-backup/${ASKED}/${HELD}`, protection: 'enabled-without-cooldown' },
    { 'circleci-backup:run': HELD, 'circleci-backup:held': 'UBEN', 'circleci-backup:target': ASKED },
  );
}

/** Whoever was not heard, as with a process that was killed, clicks again. */
async function approve(world: World, tables: Tables, seen: () => string): Promise<void> {
  const request = () =>
    world.slack
      .messages(world.channel.id)
      .findLast((m) => m.threadTs === undefined && m.text.includes(`Release ${HELD}`) && isWhole(m));
  await eventually('the request is shown', () => request() !== undefined, seen, PATIENCE_MS);
  await eventually(
    'the vote is recorded',
    async () => {
      const message = request();
      if (message !== undefined && hasButton(message))
        await world.slack.act(world.ben.id, { message }, APPROVE).catch(() => undefined);
      await pause(LOOK_MS);
      return tables.hasVote();
    },
    seen,
    PATIENCE_MS,
  );
}

async function faultsOf(world: World, asked: number, held: { protection: string }): Promise<string[]> {
  const left = await leftBehind(world.dataFolder);
  const rows = (kind: string, isOfBackup = true) =>
    left.audit.filter((row) => row.kind === kind && (row.runId?.startsWith('bk-') ?? false) === isOfBackup);
  const images = [...world.ec2.images.values()].filter((image) => image.tags['circleci-backup:run'] !== HELD);
  const runIds = images.map((image) => image.tags['circleci-backup:run'] ?? '');
  const finals = runMessages(world).filter(isComplete);
  const inProgress = runMessages(world).filter((m) => hasButton(m));
  const stages = left.audit
    .filter((row) => row.kind === 'stage')
    .map((row) => `${row.runId} ${String(row.detail.stage)}`);
  const notesOf = (runId: string) =>
    world.slack
      .messages(world.channel.id)
      .filter(
        (m) => m.threadTs !== undefined && m.text.includes(runId) && / is complete after /.test(m.text),
      );
  const told = runIds.map((runId) => [runId, notesOf(runId).length] as const);
  const checks: [boolean, string][] = [
    [images.length === asked, `${images.length} images of ${asked} runs`],
    [new Set(runIds).size === asked, `images of ${new Set(runIds).size} runs`],
    [images.every((image) => image.tags['circleci-backup:outcome'] === 'complete'), 'not all are complete'],
    [rows('request').length === asked, `${rows('request').length} requests of ${asked}`],
    [rows('result').length === asked, `${rows('result').length} results of ${asked}`],
    [new Set(stages).size === stages.length, `stages noted twice: ${twice(stages)}`],
    [finals.length === asked, `${finals.length} messages say complete`],
    [inProgress.length === 0, `still in progress: ${inProgress.map((m) => m.text).join(' / ')}`],
    [told.every(([, count]) => count <= 1), `told twice: ${told.filter(([, n]) => n > 1).join()}`],
    [left.locks.length === 0, `locks: ${left.locks.map((lock) => lock.target).join()}`],
    [left.runs.length === asked + 1, `${left.runs.length} runs in the engine`],
    [left.runs.every((status) => status === 'completed'), `the engine's runs: ${left.runs.join()}`],
    [held.protection === 'disabled', 'what was approved was not done'],
    [rows('vote', false).length === 1, `${rows('vote', false).length} votes`],
    [rows('result', false).length === 1, `${rows('result', false).length} results of the approved run`],
    [left.chainBreak === undefined, `the audit breaks at ${left.chainBreak}`],
    [left.unsent.length === 0, `unsent: ${left.unsent.map((m) => m.id).join()}`],
  ];
  return checks.filter(([good]) => !good).map(([, fault]) => fault);
}

function twice(all: readonly string[]): string {
  return all.filter((one, i) => all.indexOf(one) !== i).join();
}
