import { answer } from '../../src/cli/answer.ts';
import type { Told } from '../../src/cli/protocol.ts';
import { ANA, entry, LAB, NOW, PROD, type Scene, scene } from '../commands/fakes.ts';
import { handClock } from '../hand-clock.ts';

async function typed(here: Scene, line: string, more: { isAlone?: boolean; osUser?: string } = {}) {
  const said = { out: '', err: '' };
  const tell = (told: Told) => {
    if ('out' in told) said.out += told.out;
    if ('err' in told) said.err += told.err;
  };
  const { isAlone = false, osUser = 'ana' } = more;
  const code = await answer(
    { args: line.split(' '), osUser, color: false },
    tell,
    { commands: here.deps, users: { ana: ANA.userId, cleo: 'UCLEO' }, isAlone, wall: handClock(NOW) },
    new AbortController().signal,
  );
  return { code, ...said };
}

const actors = async ({ store }: Scene) =>
  (await store.audit.list({ limit: 9, offset: 0 })).map(({ kind, actor }) => [kind, actor]);

test('who typed stands in the audit, with who vouches for them', async () => {
  const here = scene();
  await typed(here, 'now', { osUser: 'ana' });
  expect(await actors(here)).toEqual([['request', { userId: 'UANA', teamId: 'os:ana' }]]);
  const other = scene();
  await typed(other, 'now', { osUser: 'dora' });
  expect(await actors(other)).toEqual([['request', { userId: 'os:dora', teamId: 'os:dora' }]]);
});

test.each([
  [
    'whom CLI_USERS names and Slack knows to be no operator is refused',
    'cleo',
    1,
    '“now” is for operators of prod',
  ],
  ['who is nobody in Slack may do what one person may do alone', 'dora', 0, ''],
])('%s', async (_, osUser, code, words) => {
  const { err, ...said } = await typed(scene(), 'now', { osUser });
  expect(said.code).toBe(code);
  expect(err).toContain(words);
});

test('where Slack confirms nothing, an operator may do what one person may do alone', async () => {
  const here = scene([{ ...PROD, operators: ['SOPS'] }]);
  here.members = 'unknown';
  expect(await typed(here, 'now')).toMatchObject({ code: 0, out: expect.stringContaining('is starting') });
});

test.each([
  ['now', 'Which target? There are 2: prod and lab.\nUsage: circleci-backup now prod\n'],
  [
    'restore prod',
    'A restore is asked for in a form, which Slack alone can show. Nothing was done.\nType “restore” there. Here, “restore [backup] --by-hand” spells the steps out.\n',
  ],
])('%s opens no form: it says what to type', async (line, err) => {
  expect(await typed(scene([PROD, LAB]), line)).toEqual({ code: 1, out: '', err });
});

describe('where no bot runs', () => {
  test.each(['status', 'list', 'history', 'schedule', 'restore --by-hand'])(
    '%s is answered',
    async (line) => {
      const here = scene();
      here.catalogue.set('eu-west-1', [entry('bk-20261123-0100-aaaa')]);
      expect(await typed(here, line, { isAlone: true })).toMatchObject({ code: 0, err: '' });
    },
  );

  test.each([
    'now --reboot',
    'hold bk-20261123-0100-aaaa',
    'schedule pause',
    'prune --now',
    'cancel x',
    'notify test',
  ])('%s is refused', async (line) => {
    const here = scene();
    const verb = line.split(' ')[0];
    expect(await typed(here, line, { isAlone: true })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`No bot is running, and “${verb}” needs one. Nothing was done.`),
    });
    expect(await actors(here)).toEqual([]);
  });

  const lock = (workflow: string, mode: string) => ({
    target: 'lab',
    runId: 'rs-20261123-0200-aaaa',
    requester: ANA,
    since: NOW,
    workflow,
    input: { ...INPUT, mode },
  });

  test.each([
    ['restore', 'live'],
    ['backup', 'reboot'],
  ])('an interrupted %s (%s) is left to the bot', async (workflow, mode) => {
    const here = scene([PROD, LAB]);
    await here.store.locks.acquire(lock(workflow, mode));
    expect(await typed(here, 'now prod', { isAlone: true })).toMatchObject({
      code: 1,
      err: expect.stringContaining('rs-20261123-0200-aaaa of lab is not finished'),
    });
    expect(here.engine.started).toEqual([]);
  });

  test('a live backup that was interrupted may go on beside the new one', async () => {
    const here = scene([{ ...PROD, operators: ['SOPS'] }, LAB]);
    await here.store.locks.acquire(lock('backup', 'live'));
    // Nothing ends it here: what is looked at is that it began.
    void typed(here, 'now prod', { isAlone: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(here.engine.started).toHaveLength(1);
  });
});

const INPUT = {
  runId: 'bk-20261123-0200-aaaa',
  target: 'lab',
  region: 'us-east-1',
  instance: { by: 'id', id: 'i-1' },
  channel: 'C1',
  requester: ANA,
  alert: [],
  requestedAt: NOW,
  deadlineMs: 1_000,
};
