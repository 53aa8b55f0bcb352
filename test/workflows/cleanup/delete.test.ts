import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import type { Deletion, DevConsole } from '../../../src/core/cleanup/dev-console.ts';
import { type Problem, ProblemError } from '../../../src/core/problems/problem.ts';
import { CLEANUP, type CleanupInput } from '../../../src/runs/cleanup.ts';
import type { CleanupConsole } from '../../../src/workflows/cleanup/console.ts';
import { deleteBuilds } from '../../../src/workflows/cleanup/delete.ts';
import { createBuildMarks } from '../../../src/workflows/cleanup/marks.ts';
import { toolsFor } from '../../../src/workflows/run/run.ts';
import { lock, NOW, runIn, type Scene, scene } from '../fakes.ts';

const RUN = 'cl-20261123-0314-x4qz';
const AT = 'https://ci.example.com';
const builds: Build[] = parseBuildUrls([1, 2, 3].map((n) => `${AT}/gh/acme/web/${n}`).join(' '), AT).builds;
const requester = { userId: 'UANA', teamId: 'T1' };

const input: CleanupInput = {
  runId: RUN,
  target: 'prod',
  region: 'eu-west-1',
  instance: { by: 'id', id: 'i-1' },
  machine: { instanceId: 'i-1', type: 'm5.2xlarge', volumes: [] },
  url: 'https://ci.example.com',
  console: 'circleci dev-console',
  reason: '',
  channel: 'C1',
  builds,
  requester,
  requestedAt: NOW,
};

const lost = (): Problem => ({ code: 'ssh-dropped', host: '10.0.0.1', during: 'delete' });
const silent: Problem = { code: 'console-silent', during: 'delete x', afterMs: 1, last: '' };

interface Machine {
  there: Set<number>;
  /** Numbers whose deletion was sent, in order. */
  sent: number[];
  opened: number;
  /** What happens instead of an answer to a deletion; `gone`: it was carried out before. */
  trouble: (build: Build) => { problem: Problem; gone: boolean } | undefined;
  find: (build: Build) => Problem | undefined;
}

/** A console that is lost when it says so; the next one is opened at the next look. */
function consoleOn(machine: Machine): CleanupConsole {
  let isOpen = false;
  const console: DevConsole = {
    async find(build) {
      const problem = machine.find(build);
      if (problem !== undefined) throw new ProblemError(problem);
      return machine.there.has(build.number) ? 'there' : 'gone';
    },
    async delete(build): Promise<Deletion> {
      if (!machine.there.has(build.number)) return { result: 'already-gone' };
      machine.sent.push(build.number);
      const trouble = machine.trouble(build);
      if (trouble === undefined || trouble.gone) machine.there.delete(build.number);
      if (trouble !== undefined) throw new ProblemError(trouble.problem);
      return { result: 'deleted' };
    },
    close: async () => undefined,
  };
  return {
    use: () => undefined,
    async get() {
      if (!isOpen) machine.opened += 1;
      isOpen = true;
      return console;
    },
    drop() {
      isOpen = false;
    },
    close: async () => undefined,
  };
}

function machineWith(...numbers: number[]): Machine {
  return {
    there: new Set(numbers),
    sent: [],
    opened: 0,
    trouble: () => undefined,
    find: () => undefined,
  };
}

async function start(): Promise<Scene> {
  const here = await scene();
  await here.store.locks.release(lock.runId);
  await here.store.locks.acquire({ ...lock, runId: RUN, workflow: CLEANUP, input });
  return here;
}

async function run(here: Scene, machine: Machine) {
  const { context, store, clock } = here;
  const marks = createBuildMarks(store, () => clock.now(), input);
  const tools = toolsFor(runIn(context, { runId: RUN }), 'delete', async () => undefined, true);
  const reached = { host: '10.0.0.1', hostKey: 'SHA256:x' };
  const deleting = { context, input, reached, console: consoleOn(machine), marks, tools, lost: 0 };
  const ended = await deleteBuilds(deleting).then(
    (result) => result,
    (error: unknown) => error,
  );
  return { ended, results: (await marks.results()).map(({ state }) => state) };
}

test('all in one console, each with its row in the audit', async () => {
  const here = await start();
  const machine = machineWith(1, 3);
  const { ended, results } = await run(here, machine);
  expect(ended).toMatchObject({ ok: true, detail: 'Of 3 builds: 2 deleted and seen gone and 1 not there' });
  expect(results.map(({ result }) => result)).toEqual(['deleted', 'already-gone', 'deleted']);
  expect([machine.opened, machine.sent]).toEqual([1, [1, 3]]);
  expect(here.store.rows.map(({ detail }) => detail)).toEqual(
    builds.map(({ url }, n) => ({ stage: 'build', build: url, ...results[n] })),
  );
});

test('what has a result is not touched again', async () => {
  const here = await start();
  const first = machineWith(1, 2, 3);
  await run(here, first);
  const again = machineWith(1, 2, 3);
  const { results } = await run(here, again);
  expect([again.opened, again.sent]).toEqual([0, []]);
  expect(results.every(({ result }) => result === 'deleted')).toBe(true);
  expect(here.store.rows).toHaveLength(3);
});

test('one that was begun and is gone was seen gone, one that is still there is deleted', async () => {
  const here = await start();
  const marks = createBuildMarks(here.store, () => NOW, input);
  for (const build of builds.slice(0, 2)) await marks.begin(build);
  const machine = machineWith(2, 3);
  const { results } = await run(here, machine);
  expect(results.map(({ result }) => result)).toEqual(['gone', 'deleted', 'deleted']);
  expect(machine.sent).toEqual([2, 3]);
});

test('a console that is lost is opened anew, and what it had deleted is not deleted twice', async () => {
  const here = await start();
  const machine = machineWith(1, 2, 3);
  machine.trouble = ({ number }) => {
    const isFirst = machine.sent.filter((sent) => sent === number).length === 1;
    if (number === 1 && isFirst) return { problem: lost(), gone: true };
    return number === 2 && isFirst ? { problem: lost(), gone: false } : undefined;
  };
  const { ended, results } = await run(here, machine);
  expect(ended).toMatchObject({ ok: true });
  expect(results.map(({ result }) => result)).toEqual(['gone', 'deleted', 'deleted']);
  expect([machine.opened, machine.sent]).toEqual([3, [1, 2, 2, 3]]);
});

test('a build that the console is lost at twice is left to people', async () => {
  const here = await start();
  const machine = machineWith(1, 2, 3);
  machine.trouble = ({ number }) => (number === 2 ? { problem: lost(), gone: false } : undefined);
  const { results } = await run(here, machine);
  expect(results).toMatchObject([
    { result: 'deleted' },
    { result: 'failed', message: expect.stringMatching(/It is still there\.$/) },
    { result: 'deleted' },
  ]);
  expect(machine.sent).toEqual([1, 2, 2, 3]);
});

test('a build that the console falls silent at is not sent again', async () => {
  const here = await start();
  const machine = machineWith(1, 2, 3);
  machine.trouble = ({ number }) => (number === 2 ? { problem: silent, gone: false } : undefined);
  const { results } = await run(here, machine);
  expect(results.map(({ result }) => result)).toEqual(['deleted', 'failed', 'deleted']);
  expect(machine.sent).toEqual([1, 2, 3]);
});

test('an unclear answer after an interruption is a failure of that build alone', async () => {
  const here = await start();
  const marks = createBuildMarks(here.store, () => NOW, input);
  const [first] = builds;
  if (first === undefined) throw new Error('no build');
  await marks.begin(first);
  const machine = machineWith(1, 2, 3);
  machine.find = ({ url, number }) =>
    number === 1 ? { code: 'console-unclear', url, answer: 'noise' } : undefined;
  const { results } = await run(here, machine);
  expect(results.map(({ result }) => result)).toEqual(['failed', 'deleted', 'deleted']);
});

test('consoles that are lost again and again are not opened for ever, and nothing is called done', async () => {
  const here = await start();
  const machine = machineWith(1, 2, 3);
  machine.find = () => lost();
  machine.trouble = () => ({ problem: lost(), gone: true });
  const { ended, results } = await run(here, machine);
  expect(ended).toBeInstanceOf(ProblemError);
  expect(machine.opened).toBe(6);
  expect(results).toMatchObject([
    { result: 'failed', message: expect.stringMatching(/begun, and nobody has seen/) },
    { result: 'not-tried' },
    { result: 'not-tried' },
  ]);
});

test('a wish to stop is heard between two builds', async () => {
  const here = await start();
  const machine = machineWith(1, 2, 3);
  machine.trouble = () => {
    void here.store.locks.requestCancel(RUN, { userId: 'UBEN', teamId: 'T1' }, NOW);
    return undefined;
  };
  const { ended, results } = await run(here, machine);
  expect(ended).toMatchObject({ name: 'CanceledError', by: 'UBEN' });
  expect(results.map(({ result }) => result)).toEqual(['deleted', 'not-tried', 'not-tried']);
});

test('a result that is told again stays, and has one row', async () => {
  const here = await start();
  const marks = createBuildMarks(here.store, () => NOW, input);
  const [first] = builds;
  if (first === undefined) throw new Error('no build');
  await marks.end(first, { result: 'finished' });
  await marks.end(first, { result: 'deleted' });
  expect(await marks.of(first)).toEqual({ result: 'finished' });
  expect(here.store.rows).toHaveLength(1);
});
