import { createWorld } from '../../sandbox/world.ts';
import { botIn } from '../faults/bot-in.ts';
import { databaseUrl, rowsOf } from '../faults/database.ts';
import { eventually } from '../faults/eventually.ts';
import type { BotProcess } from '../faults/process.ts';
import { startPostgres } from '../peers/postgres/server.ts';

const SETTLE_MS = 3_000;
const TAKEOVER_LIMIT_MS = 90_000;

export interface ProcessesRun {
  processes: number;
  /** Transactions a second on the database while nothing is to be done; almost every one is a single query. */
  idlePerSecond: number;
  connections: number;
  /** From SIGKILL to another process that goes on with the run; missing where there is none. */
  takeoverMs?: number;
}

/** So many bots on one PostgreSQL, with the clocks and leases that they really have. */
export async function runProcesses({
  processes,
  idleMs,
}: {
  processes: number;
  idleMs: number;
}): Promise<ProcessesRun> {
  const server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url(server.address());
  const world = await createWorld({ databaseUrl, ec2: { snapshotSeconds: { min: 600, max: 600 } } });
  const bots: BotProcess[] = [];
  const read = async () => {
    const [row] = await server.sql(
      "select xact_commit, numbackends from pg_stat_database where datname = 'postgres'",
    );
    return { commits: Number(row?.xact_commit), connections: Number(row?.numbackends) - 1 };
  };
  try {
    for (let n = 0; n < processes; n += 1) bots.push(await botIn(world, 1));
    await pause(SETTLE_MS);
    const before = await read();
    const since = performance.now();
    await pause(idleMs);
    const after = await read();
    // Of which one is the reading itself.
    const idlePerSecond = (after.commits - before.commits - 1) / ((performance.now() - since) / 1_000);
    const takeoverMs = processes === 1 ? undefined : await takeover();
    return {
      processes,
      idlePerSecond,
      connections: after.connections,
      ...(takeoverMs === undefined ? {} : { takeoverMs }),
    };
  } finally {
    for (const bot of bots) bot.signal('SIGKILL');
    await Promise.all(bots.map((bot) => bot.exited));
    await world.close();
    delete process.env.TEST_DATABASE_URL;
    await server.close();
  }

  async function takeover(): Promise<number> {
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    const worker = () =>
      rowsOf(world.dataFolder, 'engine', "SELECT worker_id FROM workflow_runs WHERE status = 'running'")[0]
        ?.worker_id;
    const holder = () => bots.find((bot) => bot.stdout().includes(`"worker":"${worker()}"`));
    await eventually('a process has the run', () => holder() !== undefined);
    const victim = holder();
    const first = worker();
    const since = performance.now();
    victim?.signal('SIGKILL');
    await eventually(
      'another one has it',
      () => worker() !== first,
      () => '',
      TAKEOVER_LIMIT_MS,
    );
    return performance.now() - since;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
