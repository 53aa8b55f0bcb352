import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { World } from '../../sandbox/world.ts';
import { primaryCode } from '../../src/store/sqlite/problem.ts';
import { botIn, finish, points } from './bot-in.ts';
import { eventually } from './eventually.ts';
import { leftBehind } from './left-behind.ts';
import type { BotProcess } from './process.ts';
import { faultsOfOneBackup } from './told.ts';
import { smallWorld } from './world.ts';

const SPEED = 60;
/** More than the tables need when they are empty, so that the bot starts. */
const PAGES = 80;
const SQLITE_FULL = 13;

let world: World;
let bot: BotProcess;
beforeEach(async () => {
  world = await smallWorld({ speed: SPEED, ec2: { snapshotSeconds: { min: 60, max: 60 } } });
  bot = await botIn(world, SPEED, { STORE_PRAGMA: `max_page_count = ${PAGES}` });
});
afterEach(async () => {
  await bot.stop();
  await world.close();
});

/** Another program, e.g. somebody's sqlite3, that begins to write in a file of the bot and is left open. */
function lock(file: 'store.db' | 'engine.db'): { end(): void } {
  const db = new DatabaseSync(join(world.dataFolder, file), { timeout: 5_000 });
  db.exec('BEGIN EXCLUSIVE');
  return { end: () => db.close() };
}

/** Uses up what is left of the disk, down to the pages of messages that are begun. */
function fillDisk(): { end(): void } {
  const db = new DatabaseSync(join(world.dataFolder, 'store.db'), { timeout: 5_000 });
  db.exec(`PRAGMA synchronous = OFF; PRAGMA max_page_count = ${PAGES}`);
  const ballast = db.prepare(
    "INSERT INTO messages VALUES ('ballast ' || ?, 'C0', NULL, 0, ?, 1, 1, 'dropped', NULL, 0, 0)",
  );
  let count = 0;
  for (const bytes of [3_000, 1_000, 300, 100, 10]) {
    while (fits(() => ballast.run(count, 'x'.repeat(bytes)))) count += 1;
  }
  return {
    end() {
      db.exec("DELETE FROM messages WHERE id LIKE 'ballast %'");
      db.close();
    },
  };
}

function fits(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (primaryCode(error) === SQLITE_FULL) return false;
    throw error;
  }
}

const say = async (text: string) => {
  const before = world.slack.ephemerals(world.ana.id).length;
  await world.slack.command(world.ana.id, world.channel.id, text);
  await eventually(
    `“${text}” is answered`,
    () => world.slack.ephemerals(world.ana.id).length > before,
    bot.stdout,
  );
  return JSON.stringify(world.slack.ephemerals(world.ana.id).at(-1)?.blocks);
};
const channelTexts = () => world.slack.messages(world.channel.id).map((m) => m.text);
const emergencies = () => channelTexts().filter((text) => text.includes('database cannot be used'));
const reached = (point: string) =>
  eventually(`${point} is reached`, () => points(bot).includes(point), bot.stdout);

describe.each([
  { fault: 'is locked by another program', begin: () => lock('store.db'), reason: 'another program keeps' },
  { fault: 'has no room on its disk', begin: fillDisk, reason: 'is full' },
])('a store that $fault', ({ begin, reason }) => {
  it('refuses a backup with the reason, and does nothing at all', async () => {
    const fault = begin();
    const answer = await say('now');
    expect(answer).toContain(reason);
    expect(answer).toContain('Nothing was done.');
    fault.end();
    expect(channelTexts()).toEqual([]);

    // What the refused one left would show in the next one's world.
    await say('now');
    await finish(world, bot);
    expect(await faultsOfOneBackup(world)).toEqual([]);
  });

  it('is told in the channel in mid-run, and the run goes on', async () => {
    await say('now');
    await reached('snapshots/started');
    const fault = begin();
    await eventually('the channel is told', () => emergencies().length > 0, bot.stdout);
    const [emergency] = emergencies();
    expect(emergency).toContain(reason);
    expect(emergency).toMatch(/Run bk-\S+ of prod cannot record its progress and waits\./);
    fault.end();

    await finish(world, bot);
    expect(await faultsOfOneBackup(world)).toEqual([]);
    expect(channelTexts().join()).not.toContain('was started again');
  });
});

describe('an engine whose database is locked by another program', () => {
  it('starts a backup by itself when it can, and says so', async () => {
    const fault = lock('engine.db');
    expect(await say('now')).toContain('engine did not answer; it starts the run by itself');
    fault.end();
    await finish(world, bot);
    expect(await faultsOfOneBackup(world)).toEqual([]);
  });

  it('goes on with a run that it could not note', async () => {
    await say('now');
    await reached('snapshots/started');
    const fault = lock('engine.db');
    await reached('snapshots/done');
    fault.end();
    await finish(world, bot);
    expect(await faultsOfOneBackup(world)).toEqual([]);
    expect((await leftBehind(world.dataFolder)).runs).toEqual(['completed']);
  }, 150_000);
});
