import { ANA, NOW } from '../commands/fakes.ts';
import { aged, DAY, HOUR, MINUTE, PROD, stopWatching, watching } from './watching.ts';

afterEach(stopWatching);

describe('the alarm says why:', () => {
  type Here = Awaited<ReturnType<typeof watching>>;
  const result = (here: Here, outcome: string, verb = 'now') =>
    here.store.audit.append({
      at: NOW - HOUR,
      kind: 'result',
      verb,
      target: 'prod',
      runId: 'bk-last',
      detail: { outcome },
    });

  test.each<[string, (here: Here) => Promise<unknown>, string]>([
    [
      'a run goes on',
      (here) => here.say(ANA, 'now prod').then(() => here.store.schedules.setPause(PAUSE)),
      'Why: run bk-20261123-0314-abcd has been going on for 10 min.',
    ],
    [
      'a pause',
      (here) => here.store.schedules.setPause(PAUSE).then(() => result(here, 'failed')),
      'Why: the schedules are paused until 2026-11-24 03:14 UTC.',
    ],
    [
      'a failure, not a pause that is over',
      (here) => here.store.schedules.setPause({ ...PAUSE, until: NOW }).then(() => result(here, 'failed')),
      'Why: the last run (bk-last, 2026-11-23 02:14 UTC) ended as failed.',
    ],
    [
      'no failure, when the last run was fine',
      (here) => result(here, 'complete'),
      'Why: the bot was not running when backups were due, or none was due.',
    ],
    [
      'no failure of a run that is no backup',
      (here) => result(here, 'failed', 'restore'),
      'Why: the bot was not running when backups were due, or none was due.',
    ],
  ])('%s', async (_what, arrange, why) => {
    const here = await watching([PROD], [aged(DAY - 10 * MINUTE)]);
    await arrange(here);
    await here.pass(10 * MINUTE);
    const told = here.texts().filter((text) => text.includes('overdue'));
    expect(told).toEqual([expect.stringContaining(` UTC. ${why} What to do: `)]);
  });

  const PAUSE = { target: 'prod', until: NOW + DAY, by: ANA, at: NOW };

  test('and what to do: in a pause a backup at once, or the schedules again', async () => {
    const here = await watching([PROD], [aged(DAY - 10 * MINUTE)]);
    await here.store.schedules.setPause(PAUSE);
    await here.pass(10 * MINUTE);
    expect(here.texts().at(-1)).toMatch(
      /What to do: \/circleci-backup now prod for a backup at once, and \/circleci-backup schedule resume prod for the next routine ones\.$/,
    );
  });

  test('and what to do: only a backup that goes on is waited for', async () => {
    const here = await watching([PROD], [aged(2 * DAY)]);
    const run = { target: 'prod', requester: ANA, since: here.clock.now(), input: {} };
    await here.store.locks.acquire({ ...run, runId: 'rs-1', workflow: 'restore' });
    await here.pass(HOUR);
    expect(here.texts().at(-1)).toContain(
      'What to do: /circleci-backup now prod, and look at the reason first.',
    );
    await here.store.locks.release('rs-1');
    await here.store.locks.acquire({ ...run, runId: 'bk-1', workflow: 'backup' });
    await here.pass(2 * HOUR);
    expect(here.texts().at(-1)).toContain('What to do: wait for run bk-1, begun at ');
  });

  test('no schedule', async () => {
    const here = await watching([{ ...PROD, schedules: [] }], [aged(2 * DAY)]);
    expect(here.texts()).toEqual([
      expect.stringContaining('Why: it has no schedule (BACKUP_SCHEDULE is not set).'),
    ]);
  });
});
