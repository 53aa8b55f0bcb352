import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createWorld } from '../../../sandbox/world.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { runMessageId } from '../../../src/core/run/run-id.ts';
import { isEnded } from '../../../src/core/run/run-view.ts';
import { sha256 } from '../../../src/ops/sha256.ts';
import { approvedRestoreOf } from '../../../src/runs/restore.ts';
import { watchApprovals } from '../../../src/schedule/approvals.ts';
import { messageOf } from '../../../src/slack/outbox/message.ts';
import { type OpenedStore, openStore } from '../../../src/store/sqlite/database.ts';
import { createEngine } from '../../../src/workflows/engine/engine.ts';
import { sqliteBackend } from '../../../src/workflows/engine/sqlite-backend.ts';
import { handClock } from '../../hand-clock.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { scene } from '../../workflows/fakes.ts';
import { eventually } from '../eventually.ts';
import { engineRuns } from '../left-behind.ts';
import { spawnBot } from '../process.ts';
import { type OlderFolder, olderFolders } from './folders.ts';

const ALL = olderFolders();
const UNFINISHED = ALL.filter(({ run }) => run !== undefined);
const FINISHED = ALL.filter(({ point }) => point === 'finish/done');
const WAITING = ALL.filter(({ point }) => point === 'vote/started');

/** Works with an older folder, and cleans up. */
async function within<T>(older: OlderFolder, work: (folder: string) => Promise<T>): Promise<T> {
  const { folder, remove } = tempFolder();
  try {
    older.write(folder);
    return await work(folder);
  } finally {
    remove();
  }
}

const withStore = <T>(older: OlderFolder, work: (store: OpenedStore, folder: string) => Promise<T>) =>
  within(older, async (folder) => {
    const store = await openStore({ folder, redact: (text) => text });
    try {
      return await work(store, folder);
    } finally {
      await store.close();
    }
  });

function rowsOf(folder: string, file: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(folder, file));
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

/** What is to stay as it is where a start is refused. */
const kept = (folder: string) => [
  rowsOf(folder, 'store.db', 'select name from kysely_migration'),
  rowsOf(folder, 'store.db', 'select * from locks'),
  rowsOf(folder, 'store.db', 'select id, version, state from messages'),
  rowsOf(folder, 'engine.db', 'select * from workflow_runs'),
];

test('a run of it that was killed at whichever point is named at the start, and nothing is touched', async () => {
  const wrong: unknown[] = [];
  for (const older of UNFINISHED) {
    await within(older, async (folder) => {
      const before = kept(folder);
      const said = await openStore({ folder, redact: (text) => text }).then(
        async (store) => store.close(),
        (error: unknown) => String(error),
      );
      const isNamed =
        said?.includes(`unfinished runs of an older circleci-backup`) && said.includes(older.run ?? '');
      const isKept = JSON.stringify(kept(folder)) === JSON.stringify(before);
      if (!isNamed || !isKept) wrong.push({ course: older.course, point: older.point, said, isKept });
    });
  }
  expect(wrong).toEqual([]);
  expect(UNFINISHED.length).toBeGreaterThan(140);
});

test('the process says so, and how to go on', async () => {
  const [older] = UNFINISHED;
  const world = await createWorld();
  older?.write(world.dataFolder);
  const bot = spawnBot({ cwd: world.dataFolder, env: world.env });
  try {
    expect(await bot.exited).toEqual({ code: 1, signal: null });
    expect(bot.stderr()).toContain(
      `: ${older?.run} (backup of prod). Nothing was changed. Start that version again; let it end them, or stop them there ` +
        'with /circleci-backup cancel <run>. Then start this one.\n',
    );
    expect(world.ec2.calls).toEqual([]);
    expect(world.slack.calls).toEqual([]);
  } finally {
    await bot.stop();
    await world.close();
  }
});

test.each(FINISHED.map((older) => [older.course, older] as const))(
  'what has ended is kept: %s',
  async (_course, older) => {
    await withStore(older, async (store, folder) => {
      expect(await store.audit.verify()).not.toHaveProperty('broken');
      const [end] = await store.audit.list({ kinds: ['result'], limit: 1, offset: 0 });
      const message = await store.messages.get(runMessageId(end?.runId ?? ''));
      if (message?.view.kind !== 'run') throw new Error('the run has no message');
      expect(isEnded(message.view.run)).toBe(true);
      for (const { id } of rowsOf(folder, 'store.db', 'select id from messages')) {
        const one = await store.messages.get(String(id));
        if (one === undefined) throw new Error(`there is no ${id}`);
        expect(messageOf(one.view, 'full', 'https://acme.slack.com/').text).not.toMatch(/undefined|NaN/);
      }
      if (end?.verb === 'restore')
        expect(await approvedRestoreOf(store, end.runId ?? '')).toMatchObject({ runId: end.runId });
    });
  },
);

test.each(FINISHED.map((older) => [older.course, older] as const))(
  'what the engine had not noted as ended is not done again: %s',
  async (_course, older) => {
    await withStore(older, async (store, folder) => {
      const before = rowsOf(folder, 'store.db', 'select id, version from messages');
      const engine = createEngine(sqliteBackend(join(folder, 'engine.db')), {
        ...(await scene()).context,
        engineRunOf: async () => undefined,
        store,
      });
      try {
        await engine.startWorker();
        await eventually('the engine notes it', () => engineRuns(folder).join() === 'completed');
      } finally {
        await engine.stop();
      }
      expect(rowsOf(folder, 'store.db', 'select id, version from messages')).toEqual(before);
    });
  },
);

test.each(WAITING.map((older) => [older.course, older] as const))(
  'a request that waited is void in words: %s',
  async (_course, older) => {
    await withStore(older, async (store) => {
      const [waiting] = await store.approvals.open();
      if (waiting === undefined) throw new Error('nothing waits');
      const stopping = new AbortController();
      const notifier = { wake: () => stopping.abort(), emergency: () => undefined };
      const clock = handClock(waiting.value.askedAt + 1);
      const targets = [{ name: waiting.value.plan.target }];
      await watchApprovals({ targets, store, notifier, clock, log: noLog, digest: sha256 }, stopping.signal);
      expect((await store.approvals.get(waiting.id))?.value).toMatchObject({
        state: 'void',
        voidBecause: 'The bot was updated since it was asked for. Ask again for a new plan.',
      });
    });
  },
);
