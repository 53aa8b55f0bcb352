import { parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import type { BuildsApi, BuildsFound, StillRunning } from '../../../src/core/cleanup/builds-api.ts';
import type { SshAccess } from '../../../src/core/model/ssh-access.ts';
import type { Target } from '../../../src/core/model/target.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { cleanupInput } from '../../../src/runs/cleanup.ts';
import { target } from '../../target.ts';
import { ANA, BEN, CLEO, NOW, PROD, type Scene, sceneWithMachine as scene } from '../fakes.ts';

const ssh: SshAccess = { user: 'ubuntu', port: 22, privateKey: 'key', hostKeys: [], address: 'private' };
const AT = 'https://ci.example.com';
const ready: Target = { ...PROD, circleciUrl: AT, ssh };
const other = target('lab', { circleciUrl: 'https://ci-lab.example.com', ssh });

const url = (n: number, at = AT) => `${at}/gh/acme/web/${n}`;

/** CircleCI that says of each build what `states` says by number, and `running` of the others. */
function api(states: Record<number, StillRunning> = {}, found: Partial<BuildsFound> = {}): BuildsApi {
  return {
    stillRunning: async (builds) =>
      new Map(builds.map((build) => [build.url, states[build.number] ?? 'running'])),
    unfinished: async () => ({
      stuck: [],
      later: [],
      waiting: [],
      unreadable: 0,
      looked: 0,
      isAll: true,
      ...found,
    }),
  };
}

async function asked(here: Scene) {
  const open = await here.store.approvals.open();
  return open.map(({ value }) => value.plan);
}

const numbersIn = (plan: { start: { input: unknown } } | undefined) =>
  cleanupInput.parse(plan?.start.input).builds.map(({ number }) => number);

describe('builds by their addresses', () => {
  test('become a plan that lists each of them, for the target at whose host they are', async () => {
    const here = scene([ready, other]);
    here.deps.buildsApi = () => api({ 3: 'not-running' });
    const typed = [url(1), url(2), `${url(1)}/`, url(3), url(9, 'https://evil.example.com')].join(',\n');
    const { reply, result } = await here.say(ANA, `cleanup ${typed}`);
    expect(result).toBe('ok');
    expect(reply).toMatchObject({
      view: 'cleanup',
      target: 'prod',
      asked: { view: 'asked', again: false },
      duplicates: [{ number: 1 }],
      notRunning: [{ number: 3 }],
      refused: [{ reason: 'host' }],
    });
    const [plan] = await asked(here);
    expect(plan).toMatchObject({
      action: 'cleanup',
      target: 'prod',
      summary: 'Delete the records of 2 builds of prod',
      start: { workflow: 'cleanup', view: { kind: 'cleanup' } },
    });
    expect(plan?.sections[0]?.lines).toEqual(['gh/acme/web/1', 'gh/acme/web/2']);
    expect(numbersIn(plan)).toEqual([1, 2]);
    expect(here.engine.started).toEqual([]);
  });

  test('are those of the links, whatever Slack shows for them', async () => {
    const here = scene([ready]);
    here.deps.buildsApi = () => api();
    const { dispatch } = await import('../../../src/commands/dispatch.ts');
    await dispatch(
      { person: ANA, channelId: 'C9', text: 'cleanup build 7', addresses: `cleanup ${url(7)}` },
      here.deps,
    );
    expect(numbersIn((await asked(here))[0])).toEqual([7]);
  });

  test('asked for twice are one request, and another list of as many is another', async () => {
    const here = scene([ready]);
    here.deps.buildsApi = () => api();
    const first = await here.say(ANA, `cleanup ${url(1)} ${url(2)}`);
    const again = await here.say(ANA, `cleanup ${url(2)} ${url(1)}`);
    const others = await here.say(ANA, `cleanup ${url(1)} ${url(3)}`);
    expect([first, again, others].map(({ reply }) => reply)).toMatchObject([
      { asked: { again: false } },
      { asked: { again: true } },
      { asked: { again: false } },
    ]);
    expect(await asked(here)).toHaveLength(2);
  });

  test.each<[string, Target[], string, string]>([
    ['without CIRCLECI_URL', [{ ...PROD, ssh }], `prod ${url(1)}`, 'CIRCLECI_URL is not set'],
    ['without a key', [{ ...PROD, circleciUrl: AT }], url(1), 'SSH_PRIVATE_KEY_FILE is not set'],
    [
      'at no target',
      [ready, other],
      url(1, 'https://ci2.example.com'),
      'None of this is the address of a build of any target. Those are at https://ci.example.com and https://ci-lab.example.com.',
    ],
    ['at two targets of one host', [ready, { ...other, circleciUrl: AT }], url(1), 'Which target?'],
    ['none', [ready], '', 'Which builds?'],
    ['with a flag that is not theirs', [ready], `${url(1)} --before 2026-10-01`, 'goes with “stuck” alone'],
  ])('%s are refused', async (_what, targets, text, reason) => {
    const here = scene(targets);
    const { reply, result } = await here.say(ANA, `cleanup ${text}`);
    expect([result, reply]).toMatchObject(['refused', { view: 'refusal' }]);
    expect(JSON.stringify(reply)).toContain(reason);
    expect(await asked(here)).toEqual([]);
  });

  test('a target that is named first is the one', async () => {
    const here = scene([ready, { ...other, circleciUrl: AT }]);
    await here.say(ANA, `cleanup lab ${url(1)}`);
    expect(await asked(here)).toMatchObject([{ target: 'lab' }]);
  });

  test('of which none runs are not asked for, and that is in the audit', async () => {
    const here = scene([ready]);
    here.deps.buildsApi = () => api({ 1: 'not-running' });
    const { reply, result } = await here.say(ANA, `cleanup ${url(1)}`);
    expect([result, reply]).toMatchObject(['refused', { view: 'cleanup', notRunning: [{ number: 1 }] }]);
    expect(reply).not.toHaveProperty('asked');
    expect(here.store.rows.at(-1)).toMatchObject({ kind: 'refusal', detail: { code: 'no-builds' } });
  });

  test.each<[string, BuildsApi | undefined, RegExp]>([
    ['no token', undefined, /CIRCLECI_TOKEN is not set/],
    [
      'an API that is away',
      {
        ...api(),
        async stillRunning() {
          throw new ProblemError({ code: 'builds-api-refused', url: AT, status: 401 });
        },
      },
      /did not take the bot’s token/,
    ],
    [
      'a hidden project',
      api({ 2: 'unknown' }),
      /Whether 1 of them still runs is not known: CircleCI shows the bot no project/,
    ],
    [
      'two hidden ones',
      api({ 1: 'unknown', 2: 'unknown' }),
      /Whether they still run is not known.* same capital letters\?$/,
    ],
  ])('%s: the plan and the answer say what was not looked up', async (_what, made, said) => {
    const here = scene([ready]);
    here.deps.buildsApi = () => made;
    const { reply } = await here.say(ANA, `cleanup ${url(1)} ${url(2)}`);
    expect(reply).toMatchObject({ asked: { view: 'asked' }, notLookedUp: expect.stringMatching(said) });
    const unsure = (await asked(here))[0]?.sections.find(({ tone }) => tone === 'unsure');
    expect(unsure?.lines.join()).toMatch(said);
  });

  test('are for operators of their own target', async () => {
    const here = scene([ready, other]);
    here.members = { operators: [] };
    expect((await here.say(CLEO, `cleanup ${url(1)}`)).reply).toMatchObject({ people: ['SOPS', BEN.userId] });
    expect((await here.say(BEN, `cleanup ${url(1)}`)).reply).toMatchObject({ view: 'cleanup' });
    expect((await here.say(BEN, `cleanup ${url(1, other.circleciUrl)}`)).reply).toMatchObject({
      view: 'refusal',
      people: ['SOPS'],
    });
  });
});

describe('stuck builds', () => {
  const form = async (here: Scene, text: string) => {
    const { reply } = await here.say(ANA, `cleanup stuck ${text}`.trim());
    if (reply.view !== 'form' || reply.form !== 'cleanup') throw new Error(JSON.stringify(reply));
    return reply.load();
  };

  test('are looked up for a form that opens at once', async () => {
    const here = scene([ready, other]);
    const [build] = parseBuildUrls(url(1), AT).builds;
    if (build === undefined) throw new Error('no build');
    let before: number | undefined;
    here.deps.buildsApi = () => ({
      ...api(),
      async unfinished(options) {
        before = options.before;
        return api({}, { stuck: [{ build, startedAt: 1 }], looked: 9 }).unfinished(options);
      },
    });
    const list = await form(here, 'PROD --before 2026-11-20T10:30');
    expect(before).toBe(Date.UTC(2026, 10, 20, 10, 30));
    expect(list).toMatchObject({
      target: 'prod',
      builds: [{ startedAt: 1 }],
      looked: 9,
      chosen: [],
      madeAt: NOW,
    });
    expect((await here.store.stuckLists.get('UANA/prod'))?.value).toEqual(list);
  });

  test('of the newest list alone are open: the one before it is forgotten', async () => {
    const here = scene([ready]);
    here.deps.buildsApi = () => api();
    await form(here, '--before 2026-11-20');
    await here.clock.advance(5);
    await form(here, '--before 2026-11-20');
    expect((await here.store.stuckLists.get('UANA/prod'))?.value.madeAt).toBe(NOW + 5);
  });

  test('that cannot be looked up are said to be so in the form', async () => {
    const here = scene([ready]);
    here.deps.buildsApi = () => ({
      ...api(),
      async unfinished() {
        throw new ProblemError({ code: 'builds-api-refused', url: AT, status: 401 });
      },
    });
    expect(await form(here, '--before 2026-11-20')).toEqual({
      trouble: expect.stringContaining('set CIRCLECI_TOKEN to it'),
    });
    here.deps.buildsApi = () => ({
      ...api(),
      async unfinished() {
        throw new Error('boom');
      },
    });
    expect(await form(here, '--before 2026-11-20')).toEqual({
      trouble: expect.stringContaining('the bot’s log has the details'),
    });
  });

  test.each<[string, Target[], string]>([
    ['', [ready, other], 'Which target? There are 2: prod and lab.'],
    ['nowhere', [ready], 'There is no target named “nowhere”. The only target is prod.'],
    ['prod', [ready], 'CIRCLECI_TOKEN is not set'],
    ['prod', [{ ...PROD, ssh }], 'CIRCLECI_URL is not set'],
  ])('“%s” is refused', async (text, targets, reason) => {
    const here = scene(targets);
    const { reply } = await here.say(ANA, `cleanup stuck ${text}`);
    expect(reply).toMatchObject({ view: 'refusal', reason: expect.stringContaining(reason) });
  });

  test.each([
    ['2026-13-01', 'is not a date'],
    ['2026-11-20T25:00', 'is not a date'],
    ['soon', 'is not a date'],
    ['2026-11-24', 'lies ahead'],
  ])('before %s is refused', async (before, reason) => {
    const here = scene([ready]);
    here.deps.buildsApi = () => api();
    const { reply } = await here.say(ANA, `cleanup stuck --before ${before}`);
    expect(reply).toMatchObject({ view: 'refusal', reason: expect.stringContaining(reason) });
  });
});
