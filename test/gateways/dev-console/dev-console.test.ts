import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import { deleteBuildForm, findBuildForm } from '../../../src/core/cleanup/clojure.ts';
import type { ConsoleOptions } from '../../../src/core/cleanup/dev-console.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { createOpenDevConsole } from '../../../src/gateways/dev-console/dev-console.ts';
import { handClock } from '../../hand-clock.ts';
import { consoleOver, type ScriptedTerminal, scriptedTerminal } from './scripted-terminal.ts';

const AT = 'https://ci.example.com';
const [one, two] = parseBuildUrls(`${AT}/gh/acme/web/1 ${AT}/gh/acme/web/2`, AT).builds as [Build, Build];

/** A clock that moves on by itself as soon as somebody waits for it, so that a time-out needs no time. */
function jumpingClock(): Clock {
  const hand = handClock(0);
  return {
    now: hand.now,
    async sleep(ms, signal) {
      // What is printed meanwhile comes first.
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal?.aborted) await hand.advance(ms);
    },
  };
}

function open(terminal: ScriptedTerminal, options: Partial<ConsoleOptions> = {}) {
  const openDevConsole = createOpenDevConsole({
    clock: jumpingClock(),
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
  });
  const connection = {
    hostKey: 'SHA256:x',
    run: () => Promise.reject(new Error('no command is run')),
    openTerminal: () => Promise.resolve(terminal),
    close: () => undefined,
  };
  return openDevConsole(connection, {
    command: 'circleci dev-console',
    openMs: 600_000,
    answerMs: 60_000,
    signal: new AbortController().signal,
    ...options,
  });
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );

describe('a build', () => {
  test('is deleted between two looks, and seen gone twice', async () => {
    const terminal = consoleOver(new Set([one.url]));
    const console = await open(terminal);
    expect(await console.delete(one)).toEqual({ result: 'deleted' });
    expect(terminal.typed).toEqual([
      'circleci dev-console; exit',
      findBuildForm(one),
      deleteBuildForm(one),
      findBuildForm(one),
      findBuildForm(one),
    ]);
  });

  test('that is not there is not deleted', async () => {
    const terminal = consoleOver(new Set());
    const console = await open(terminal);
    expect(await console.delete(one)).toEqual({ result: 'already-gone' });
    expect(terminal.typed.join()).not.toContain('delete-build');
    expect(await console.find(one)).toBe('gone');
  });

  test('that stays is said to be there, with what was answered', async () => {
    const builds = new Set([one.url]);
    const terminal = consoleOver(builds, (line, usual) => {
      if (line.includes('delete-build')) builds.add(one.url);
      return usual;
    });
    const console = await open(terminal);
    expect(await console.delete(one)).toEqual({
      result: 'failed',
      message: 'The console answered “true” to the deletion, and the build is still there.',
    });
  });

  test('whose deletion throws has failed, gone or not, and the next one goes on', async () => {
    const builds = new Set([one.url, two.url]);
    const thrown =
      'Execution error (ExceptionInfo) at admin/delete-build (REPL:1).\r\npassword hunter2, PGPASSWORD=known-to-nobody';
    const terminal = consoleOver(builds, (line, usual) =>
      line.includes('delete-build') && line.includes(one.url) ? `${line}\r\n${thrown}\r\nuser=> ` : usual,
    );
    const console = await open(terminal);
    const answered =
      'The console answered “Execution error (ExceptionInfo) at admin/delete-build (REPL:1). …” to the deletion';
    expect(await console.delete(one)).toEqual({
      result: 'failed',
      message: `${answered}, yet the build is gone.`,
    });
    expect(await console.delete(two)).toEqual({ result: 'deleted' });
  });

  test('of which nothing can be said is not deleted', async () => {
    const terminal = consoleOver(new Set([one.url]), (line, usual) =>
      line.includes('find-one') ? `${line}\r\nMongoException no connection\r\nuser=> ` : usual,
    );
    const console = await open(terminal);
    const reason = `The dev-console did not say clearly whether ${one.url} is there. It printed: “MongoException no connection”.`;
    expect(await console.delete(one)).toEqual({
      result: 'failed',
      message: `${reason} Nothing was sent to delete it.`,
    });
    expect(await problemOf(console.find(one))).toMatchObject({ code: 'console-unclear', url: one.url });
    expect(terminal.typed.join()).not.toContain('delete-build');
  });

  test('of which nothing can be said afterwards is not said to be deleted', async () => {
    let deleted = false;
    const terminal = consoleOver(new Set([one.url]), (line, usual) => {
      if (line.includes('delete-build')) deleted = true;
      return line.includes('find-one') && deleted ? `${line}\r\nOutOfMemoryError heap\r\nuser=> ` : usual;
    });
    const console = await open(terminal);
    expect(await console.delete(one)).toMatchObject({
      result: 'failed',
      message: expect.stringMatching(/^The console answered “true” to the deletion\. .* did not say clearly/),
    });
  });

  test('is looked for again where noise made the answer unclear', async () => {
    let looks = 0;
    const terminal = consoleOver(new Set([one.url]), (line, usual) => {
      if (!line.includes('find-one')) return usual;
      looks += 1;
      return looks % 2 === 1 ? `${line}\r\n12:00 INFO${usual.slice(line.length + 2)}` : usual;
    });
    const console = await open(terminal);
    expect(await console.find(one)).toBe('there');
  });
});

describe('a session is lost', () => {
  test('where the console says gone and then there: its answers lag behind', async () => {
    const answers = ['nil', '{:build_num 1}'];
    const terminal = consoleOver(new Set(), (line, usual) =>
      line.includes('find-one') ? `${line}\r\n${answers.shift()}\r\nuser=> ` : usual,
    );
    const console = await open(terminal);
    const problem = { code: 'console-out-of-step', url: one.url };
    expect(await problemOf(console.find(one))).toEqual(problem);
    expect(await problemOf(console.delete(two))).toEqual(problem);
    expect(terminal.isClosed()).toBe(true);
  });

  test('where no answer comes, and nothing is typed any more', async () => {
    const terminal = consoleOver(new Set([one.url]), (line, usual) =>
      line.includes('delete-build') ? `${line}\r\nworking on hunter2\r\n` : usual,
    );
    const console = await open(terminal);
    const problem = {
      code: 'console-silent',
      during: `delete ${one.url}`,
      afterMs: 60_000,
      last: '… on …',
    };
    expect(await problemOf(console.delete(one))).toEqual(problem);
    const typed = terminal.typed.length;
    expect(await problemOf(console.find(two))).toEqual(problem);
    await console.close();
    expect(terminal.typed).toHaveLength(typed);
    expect(terminal.isClosed()).toBe(true);
  });

  test('where the console ends', async () => {
    const terminal = consoleOver(new Set([one.url]), (line, usual) => {
      if (!line.includes('delete-build')) return usual;
      terminal.print(`${line}\r\nKilled\r\nlogout\r\n`);
      terminal.end();
      return undefined;
    });
    const console = await open(terminal);
    expect(await problemOf(console.delete(one))).toEqual({
      code: 'console-ended',
      during: `delete ${one.url}`,
      last: 'Killed',
    });
  });

  test('where the connection breaks off', async () => {
    const dropped = { code: 'ssh-dropped', host: '10.0.0.1', during: 'a terminal' } as const;
    const terminal = consoleOver(new Set([one.url]));
    const console = await open(terminal);
    terminal.end(new ProblemError(dropped));
    expect(await problemOf(console.find(one))).toEqual(dropped);
  });

  test('where somebody aborts, even in the middle of an answer', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const terminal = consoleOver(new Set([one.url]), (line, usual) => {
      if (!line.includes('find-one')) return usual;
      stop.abort(reason);
      return undefined;
    });
    const console = await open(terminal, { signal: stop.signal });
    expect(await problemOf(console.find(one))).toBe(reason);
    await console.close();
    expect(terminal.isClosed()).toBe(true);
  });
});

describe('opening', () => {
  test('tells every few seconds what it waits for', async () => {
    const told: unknown[] = [];
    const terminal = scriptedTerminal((line) => `$ ${line}\r\nConnecting to nREPL at 127.0.0.1:6005\r\n`);
    const opened = open(terminal, { openMs: 12_000, onWaiting: (waiting) => told.push(waiting) });
    const last = 'Connecting to nREPL at 127.0.0.1:6005';
    expect(await problemOf(opened)).toEqual({ code: 'console-not-opened', afterMs: 12_000, last });
    expect(told).toEqual([
      { sinceMs: 5_000, last },
      { sinceMs: 10_000, last },
      { sinceMs: 12_000, last },
    ]);
    expect(terminal.isClosed()).toBe(true);
  });

  test('says at once that there is no such command', async () => {
    const terminal = scriptedTerminal((line) => {
      terminal.print(`ubuntu@ci:~$ ${line}\r\n-bash: circleci: command not found\r\nlogout\r\n`);
      terminal.end();
      return undefined;
    });
    expect(await problemOf(open(terminal))).toEqual({
      code: 'console-ended',
      during: 'circleci dev-console',
      last: '-bash: circleci: command not found',
    });
  });

  test('takes no prompt of the shell, and none that the command only mentions', async () => {
    const terminal = scriptedTerminal((line) => `user=admin user=> $ ${line}\r\n`);
    expect(await problemOf(open(terminal, { openMs: 1_000 }))).toMatchObject({ code: 'console-not-opened' });
  });
});

test('calls wait for each other: one form at a time', async () => {
  let asked = 0;
  const terminal = consoleOver(new Set([one.url, two.url]), (_line, usual) => {
    asked += 1;
    expect(asked).toBe(1);
    setImmediate(() => {
      asked -= 1;
      terminal.print(usual);
    });
    return undefined;
  });
  const console = await open(terminal);
  expect(await Promise.all([console.delete(one), console.find(two), console.delete(two)])).toEqual([
    { result: 'deleted' },
    'there',
    { result: 'deleted' },
  ]);
});

test('it is left with Ctrl-D, and closed where it does not go', async () => {
  const polite = consoleOver(new Set());
  await (await open(polite)).close();
  expect([polite.typed.at(-1), polite.isClosed()]).toEqual(['^D', true]);
  const deaf = scriptedTerminal((line) => (line === '^D' ? undefined : 'user=> '));
  await (await open(deaf)).close();
  expect([deaf.typed.at(-1), deaf.isClosed()]).toEqual(['^D', true]);
});
