import { ProblemError } from '../../src/core/problems/problem.ts';
import { ANA, entry, NOW } from '../commands/fakes.ts';
import { target } from '../target.ts';
import { aged, DAY, HOUR, MINUTE, NIGHTLY, PROD, stopWatching, watching } from './watching.ts';

const UNREADABLE = new ProblemError({ code: 'permissions-missing', actions: ['ec2:DescribeImages'] });

afterEach(stopWatching);

describe('an alarm', () => {
  test('is opened, repeated with growing pauses in its thread, and closed by a backup', async () => {
    const here = await watching([PROD], [aged(DAY - 7 * MINUTE)]);
    await here.pass(5 * MINUTE);
    expect(here.sent()).toEqual([]);
    await here.pass(5 * MINUTE);
    const id = `alarm/prod/${NOW + 7 * MINUTE}`;
    expect(here.sent()).toMatchObject([
      {
        id,
        channel: 'C1',
        broadcast: false,
        view: {
          kind: 'note',
          tone: 'bad',
          mentions: ['SOPS', 'UBEN'],
          text:
            'The newest complete backup of prod is 1 d old (bk-20261122-0300-aaaa). The limit is 1 d: ' +
            'overdue since 2026-11-23 03:21 UTC. Why: the bot was not running when backups were due, or none ' +
            'was due. What to do: /circleci-backup now prod, and look at the reason first.',
        },
      },
    ]);
    expect(here.woken()).toBe(1);
    await here.pass(2 * DAY + 15 * HOUR);
    expect(here.sent().map((message) => [message.id, message.threadOf, message.broadcast])).toEqual([
      [id, undefined, false],
      ...[2, 3, 4, 5, 6, 7].map((n) => [`${id}/${n}`, id, true]),
    ]);
    const tellings = here.sent().map((message) => (message.updatedAt - NOW - 10 * MINUTE) / HOUR);
    expect(tellings).toEqual([0, 1, 3, 7, 15, 39, 63]);
    expect(here.texts()[6]).toMatch(/^Told 7 times now: The newest complete backup of prod is 3 d 15 h old/);

    here.catalogue.set('eu-west-1', [aged(5 * DAY), entry('bk-new', { createdAt: here.clock.now() })]);
    await here.pass(10 * MINUTE);
    expect(here.sent()).toHaveLength(8);
    expect(here.sent().at(-1)).toMatchObject({
      id: `${id}/closed`,
      threadOf: id,
      broadcast: true,
      view: {
        tone: 'good',
        text: 'It is over: bk-new of prod is complete. Without one it was overdue for 2 d 15 h.',
      },
    });
    expect(here.store.rows.map((row) => row.detail.times)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await here.store.schedules.alarmOf('prod')).toBeUndefined();
    await here.pass(DAY - 10 * MINUTE);
    expect(here.sent()).toHaveLength(9);
    // Another silence is another alarm.
    const since = NOW + 3 * DAY + 15 * HOUR + 10 * MINUTE;
    expect(here.sent().at(-1)).toMatchObject({ id: `alarm/prod/${since}`, broadcast: false });
  });

  test('goes on where it was after a restart', async () => {
    const here = await watching([PROD], [aged(2 * DAY)]);
    expect(here.sent()).toHaveLength(1);
    await here.restart();
    await here.pass(55 * MINUTE);
    expect(here.sent()).toHaveLength(1);
    await here.pass(5 * MINUTE);
    expect(here.sent()).toHaveLength(2);
  });

  test('counts only what is complete, available and of this target', async () => {
    const here = await watching(
      [PROD],
      [
        aged(HOUR, { outcome: 'partial' }),
        aged(HOUR, { imageState: 'pending' }),
        aged(HOUR, { target: 'lab' }),
        aged(2 * DAY, { backupId: 'bk-old' }),
      ],
    );
    expect(here.texts()).toEqual([expect.stringMatching(/^The newest .* of prod is 2 d old \(bk-old\)\./)]);
  });

  test('without any backup comes when the promise has passed since the first look, also over restarts', async () => {
    const here = await watching([PROD], []);
    await here.pass(DAY - HOUR);
    await here.restart();
    expect(here.sent()).toEqual([]);
    await here.pass(HOUR);
    expect(here.texts()).toEqual([
      expect.stringMatching(
        /^prod has no complete backup\. The limit is 1 d: overdue since 2026-11-24 03:14 UTC\. Why: no backup was ever begun by this bot\./,
      ),
    ]);
  });

  test('is none where none was promised', async () => {
    const here = await watching([target('prod', { schedules: [NIGHTLY] })], [aged(99 * DAY)]);
    await here.pass(DAY);
    expect(here.sent()).toEqual([]);
  });
});

describe('while EC2 cannot be read, an alarm', () => {
  const REASON = 'The bot’s AWS identity lacks ec2:DescribeImages.';

  test('is not opened by one look that failed, however long the bot has watched', async () => {
    const here = await watching([PROD], [aged(HOUR)]);
    await here.pass(30 * DAY);
    here.catalogue.set('eu-west-1', [entry('bk-young', { createdAt: here.clock.now() })]);
    await here.pass(HOUR);
    const before = here.sent().length;
    here.catalogue.set('eu-west-1', UNREADABLE);
    await here.pass(HOUR);
    await here.restart();
    await here.pass(HOUR);
    expect(here.sent()).toHaveLength(before);
  });

  test('is not closed, and is told on, also after a restart', async () => {
    const here = await watching([PROD], [aged(2 * DAY)]);
    here.catalogue.set('eu-west-1', UNREADABLE);
    await here.restart();
    await here.pass(HOUR);
    expect(here.sent()).toHaveLength(2);
    expect(here.texts()[1]).toContain(`Whether prod has a complete backup is not known.`);
    expect(here.texts()[1]).toContain(`overdue since 2026-11-22 03:14 UTC. ${REASON} What to do:`);
    expect(await here.store.schedules.alarmOf('prod')).toMatchObject({ times: 2 });
  });

  test('is opened when what was last known is too old', async () => {
    const here = await watching([PROD], [aged(DAY - HOUR)]);
    here.catalogue.set('eu-west-1', UNREADABLE);
    await here.pass(HOUR);
    expect(here.texts()).toEqual([
      expect.stringMatching(/^The newest complete backup of prod is 1 d old \(bk-20261122-0300-aaaa\)\./),
    ]);
    expect(here.texts()[0]).toContain(REASON);
  });

  test('is opened when nothing was known for as long as was promised', async () => {
    const here = await watching([PROD], UNREADABLE);
    await here.pass(DAY - 5 * MINUTE);
    expect(here.sent()).toEqual([]);
    await here.pass(5 * MINUTE);
    expect(here.texts()).toEqual([
      expect.stringMatching(/^Whether prod has a complete backup is not known\./),
    ]);
  });

  test('of another target goes its way, whatever the fault is', async () => {
    const lab = target('lab', { region: 'us-east-1', maxAgeMs: DAY });
    const here = await watching([PROD, lab], new TypeError('a fault'));
    here.catalogue.set('us-east-1', [aged(2 * DAY, { target: 'lab' })]);
    await here.pass(5 * MINUTE);
    expect(here.sent().map((message) => message.id)).toEqual([`alarm/lab/${NOW - DAY}`]);
    expect(here.warned).toEqual(['prod', 'prod']);
  });
});

test('a region is read once a look, however many targets it has', async () => {
  const three = ['a', 'b', 'c'].map((name) => target(name, { maxAgeMs: DAY }));
  const other = target('d', { region: 'us-east-1', maxAgeMs: DAY });
  const here = await watching(
    [...three, other, target('e', { region: 'eu-north-1' })],
    [aged(2 * DAY, { target: 'b' })],
  );
  expect(here.asked).toEqual(['eu-west-1', 'us-east-1', 'eu-north-1']);
  expect(here.sent().map(({ id }) => id)).toEqual([`alarm/b/${NOW - DAY}`]);
  await here.pass(5 * MINUTE);
  expect(here.asked).toEqual([...here.asked.slice(0, 3), ...here.asked.slice(0, 3)]);
});

test('the channel is reminded of a pause once a day, until it ends, also over restarts', async () => {
  const here = await watching([target('prod', { schedules: [NIGHTLY] })], []);
  await here.store.schedules.setPause({ target: 'prod', until: NOW + 3 * DAY + HOUR, by: ANA, at: NOW });
  await here.pass(DAY - 5 * MINUTE);
  expect(here.sent()).toEqual([]);
  for (let hours = 0; hours < 5 * 24; hours += 12) {
    await here.pass(12 * HOUR);
    await here.restart();
  }
  expect(here.sent().map((message) => (message.updatedAt - NOW) / DAY)).toEqual([1, 2, 3]);
  expect(here.sent()[0]).toMatchObject({
    channel: 'C1',
    broadcast: false,
    view: {
      tone: 'info',
      text: 'The schedules of prod are still paused: no routine backup is made until',
      until: NOW + 3 * DAY + HOUR,
    },
  });
  expect(here.sent()[0]?.view).not.toHaveProperty('mentions');
});

describe('the metric of the newest complete backup', () => {
  test('is what EC2 shows from the first look on, whether an age is promised or not', async () => {
    const { maxAgeMs: _none, ...lab } = target('lab');
    const at = NOW - 3 * HOUR;
    const here = await watching(
      [PROD, lab],
      [aged(3 * HOUR), entry('bk-lab', { target: 'lab', createdAt: at - HOUR })],
    );
    expect([...here.newest]).toEqual([
      ['prod', at],
      ['lab', at - HOUR],
    ]);
    // After a restart as well, and gone with the backup.
    here.newest.clear();
    await here.restart();
    expect(here.newest.get('prod')).toBe(at);
    here.catalogue.set('eu-west-1', []);
    await here.pass(10 * MINUTE);
    expect([here.newest.has('prod'), here.newest.get('prod')]).toEqual([true, undefined]);
  });
});

test('a target without a promise is left alone while nobody reads the metrics', async () => {
  const { maxAgeMs: _none, ...lab } = target('lab', { region: 'us-east-1' });
  const here = await watching([PROD, lab], [], { areMetricsRead: () => false });
  expect(here.asked).toEqual(['eu-west-1']);
});

test('a region that cannot be read is told with its reason, and so is its recovery', async () => {
  const here = await watching([PROD], UNREADABLE);
  expect(here.regions.get('eu-west-1')).toBe(UNREADABLE.message);
  here.catalogue.set('eu-west-1', []);
  await here.pass(5 * MINUTE);
  expect([...here.regions]).toEqual([['eu-west-1', undefined]]);
});
