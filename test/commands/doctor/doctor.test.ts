import type { Reply } from '../../../src/commands/base/reply.ts';
import { createBoard, type DoctorLine } from '../../../src/core/doctor/line.ts';
import { SCOPES } from '../../../src/core/doctor/scopes.ts';
import type { SlackVitals, Vitals } from '../../../src/core/ports/vitals.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { ANA, HEALTHY, type Scene, scene } from '../fakes.ts';

const CONNECTED = { ok: true, detail: 'connected' };

async function lines(here: Scene): Promise<readonly DoctorLine[]> {
  const { reply } = await here.say(ANA, 'doctor');
  return (reply as Extract<Reply, { view: 'doctor' }>).lines;
}

async function ofBot(vitals: Partial<Vitals>): Promise<DoctorLine[]> {
  const here = scene();
  here.deps.vitals = { ...HEALTHY, ...vitals };
  return (await lines(here)).filter(({ target }) => target === undefined);
}

const notOk = (all: readonly DoctorLine[]) =>
  all.filter(({ mark }) => mark !== 'ok').map(({ look, mark }) => [look, mark]);

test('of a bot that lacks nothing each line is ok', async () => {
  expect(notOk(await ofBot({}))).toEqual([]);
});

const slackIs = (state: SlackVitals): Partial<Vitals> => ({ slack: async () => state });

test.each<[string, Partial<Vitals>, [string, string][]]>([
  ['APPROVERS names 1 person', { settings: ['APPROVERS names 1 person'] }, [['settings', 'warning']]],
  ['10 MiB left', { freeBytes: async () => 10 * 1024 ** 2 }, [['room', 'failure']]],
  ['a database server', { freeBytes: async () => undefined }, [['room', 'skipped']]],
  ['3 min behind', { clockAheadMs: async () => -180_000 }, [['clock', 'failure']]],
  ['3 min ahead', { clockAheadMs: async () => 180_000 }, [['clock', 'failure']]],
  ['no other clock', { clockAheadMs: async () => undefined }, [['clock', 'skipped']]],
  ['PING_URL', { ping: async () => 'not set' }, [['ping', 'warning']]],
  ['takes no connection', { ping: async () => 'not reached' }, [['ping', 'failure']]],
  [
    'does not answer',
    slackIs({ state: 'silent' }),
    [
      ['slack', 'failure'],
      ['scopes', 'skipped'],
      ['commands', 'skipped'],
    ],
  ],
  [
    'It lacks users:read and groups:read',
    slackIs({
      state: 'answers',
      connection: CONNECTED,
      scopes: SCOPES.filter((one) => one !== 'users:read' && one !== 'groups:read'),
    }),
    [['scopes', 'failure']],
  ],
  ['Slack does not say', slackIs({ state: 'answers', connection: CONNECTED }), [['scopes', 'skipped']]],
  [
    'not connected since 10:00',
    slackIs({
      state: 'answers',
      scopes: SCOPES,
      connection: { ok: false, detail: 'not connected since 10:00' },
    }),
    [['commands', 'failure']],
  ],
])('%s', async (words, vitals, expected) => {
  const all = await ofBot(vitals);
  expect(notOk(all)).toEqual(expected);
  const [first] = all.filter(({ mark }) => mark !== 'ok');
  expect(`${first?.text} ${first?.next ?? ''}`).toContain(
    words.replace('a database server', 'database server'),
  );
});

test('a database that cannot be written is that line alone', async () => {
  const here = scene();
  here.store.checkWritable = async () => {
    throw new ProblemError({ code: 'store-unavailable', reason: 'the disk is full' });
  };
  const all = (await lines(here)).filter(({ target }) => target === undefined);
  expect(notOk(all)).toEqual([['database', 'failure']]);
  expect(all.find(({ look }) => look === 'database')?.text).toContain('the disk is full');
});

test('what nobody foresaw is a failure of its line, and the looks go on', async () => {
  const all = await ofBot({
    freeBytes: async () => {
      throw new Error('a fault of ours');
    },
  });
  expect(notOk(all)).toEqual([['room', 'failure']]);
  expect(JSON.stringify(all)).not.toContain('a fault of ours');
});

describe('the board', () => {
  const line = (look: string, mark: DoctorLine['mark'], target?: string): DoctorLine => ({
    look,
    mark,
    title: look,
    text: '',
    ...(target === undefined ? {} : { target }),
  });
  const looks = (board: ReturnType<typeof createBoard>, ...targets: string[]) =>
    board.failures(targets).map(({ look, target }) => `${target ?? 'bot'} ${look}`);

  test('keeps what fails until a look finds it mended; a look that was not made says nothing', () => {
    const board = createBoard();
    board.note([line('slack', 'failure'), line('ssh', 'failure', 'prod'), line('sudo', 'ok', 'prod')]);
    board.note([line('ssh', 'failure', 'lab')]);
    expect(looks(board, 'prod', 'lab')).toEqual(['bot slack', 'prod ssh', 'lab ssh']);
    expect(looks(board, 'prod')).toEqual(['bot slack', 'prod ssh']);
    board.note([line('slack', 'skipped'), line('ssh', 'warning', 'prod')]);
    expect(looks(board, 'prod', 'lab')).toEqual(['bot slack', 'lab ssh']);
  });
});
