import type { Build } from '../../src/core/cleanup/builds.ts';
import type { DevConsole } from '../../src/core/cleanup/dev-console.ts';
import type { SshConnection, Terminal } from '../../src/core/ports/ssh.ts';
import { ProblemError } from '../../src/core/problems/problem.ts';
import { createOpenDevConsole } from '../../src/gateways/dev-console/dev-console.ts';
import { type HandClock, handClock } from '../hand-clock.ts';

/** A machine with a dev-console, and what the suite must be able to do with it beside the gateway. */
export interface ConsoleMachine {
  connect(): Promise<SshConnection>;
  /** Records that are there at the beginning, at least thirty; the deletion of `throws` throws, that of `hangs` never ends. */
  builds: Build[];
  throws: Build;
  hangs: Build;
  isThere(build: Build): boolean;
  /** From the next console on: other threads print, in colours, and lines are broken, as far as the console can. */
  disturb(): void;
  /** From the next console on its prompt never comes. */
  neverLoad(): void;
}

export interface ConsoleMachines {
  /** A fresh one. */
  start(): Promise<ConsoleMachine>;
  close(): Promise<void>;
}

/** Far above what a JVM takes; where nothing moves the clock, nothing is ever late. */
const OPEN_MS = 600_000;
const ANSWER_MS = 60_000;
const SUITE_MS = 120_000;

interface Opened {
  console: DevConsole;
  /** What was typed into its terminal. */
  typed: string[];
}

/** What every dev-console and the gateway to it must do together. */
export function devConsoleContract(name: string, startMachines: () => Promise<ConsoleMachines>): void {
  describe(`the dev-console of ${name}`, () => {
    let machines: ConsoleMachines;
    let machine: ConsoleMachine;
    let clock: HandClock;
    let opened: DevConsole[];
    let connections: SshConnection[];
    let stop: AbortController;

    beforeAll(async () => {
      machines = await startMachines();
    }, SUITE_MS);
    afterAll(async () => await machines?.close(), SUITE_MS);
    beforeEach(async () => {
      clock = handClock(0);
      opened = [];
      connections = [];
      stop = new AbortController();
      machine = await machines.start();
    }, SUITE_MS);
    afterEach(async () => {
      // Whatever a failed test left waiting.
      stop.abort(new Error('The test is over'));
      for (const console of opened) await console.close();
      for (const connection of connections) connection.close();
    }, SUITE_MS);

    /** `onTyped` is told each line as it is sent. */
    async function open(
      options: { command?: string; onTyped?: (line: string) => void; onWaiting?: () => void } = {},
    ): Promise<Opened> {
      const typed: string[] = [];
      const real = await machine.connect();
      connections.push(real);
      const connection = {
        ...real,
        async openTerminal(signal: AbortSignal): Promise<Terminal> {
          const terminal = await real.openTerminal(signal);
          return {
            ...terminal,
            write(text) {
              terminal.write(text);
              typed.push(text);
              options.onTyped?.(text);
            },
          };
        },
      };
      const console = await createOpenDevConsole({ clock, redact: (text) => text })(connection, {
        command: options.command ?? 'circleci dev-console',
        openMs: OPEN_MS,
        answerMs: ANSWER_MS,
        signal: stop.signal,
        ...(options.onWaiting && { onWaiting: options.onWaiting }),
      });
      opened.push(console);
      return { console, typed };
    }

    const at = (n: number): Build => {
      const build = machine.builds[n];
      if (build === undefined) throw new Error('The machine has too few builds');
      return build;
    };
    const nowhere = (): Build => {
      const { url, number } = at(0);
      const other = number + 1_000_000;
      return { ...at(0), number: other, url: url.replace(/\d+$/, String(other)) };
    };

    test('finds what is there, and nothing else', async () => {
      const { console } = await open();
      expect(await console.find(at(0))).toBe('there');
      expect(await console.find(nowhere())).toBe('gone');
      expect(await console.find(at(1))).toBe('there');
    });

    test('deletes what is there once, and says so of what is not', async () => {
      const { console, typed } = await open();
      expect(await console.delete(at(0))).toEqual({ result: 'deleted' });
      expect(await console.delete(at(0))).toEqual({ result: 'already-gone' });
      expect(await console.delete(nowhere())).toEqual({ result: 'already-gone' });
      expect(machine.builds.map((build) => machine.isThere(build))).toEqual(
        machine.builds.map((_, n) => n !== 0),
      );
      expect(typed.filter((text) => text.includes('delete-build'))).toHaveLength(1);
    });

    test('deletes many in one session, and is left with Ctrl-D', async () => {
      const { console, typed } = await open();
      const some = machine.builds.slice(0, 20);
      const results = [];
      for (const build of some) results.push(await console.delete(build));
      // Where it did not end by itself, this would wait for a clock that stands still.
      await console.close();
      expect(typed.at(-1)).toBe('\u0004');
      expect(results).toEqual(some.map(() => ({ result: 'deleted' })));
      expect(some.filter((build) => machine.isThere(build))).toEqual([]);
    });

    test(
      'is understood through noise, colours and broken lines',
      async () => {
        machine.disturb();
        const { console } = await open();
        const some = machine.builds.slice(0, 10);
        for (const build of some) {
          expect([build.url, await console.delete(build)]).toEqual([build.url, { result: 'deleted' }]);
          expect(machine.isThere(build)).toBe(false);
        }
        expect(await console.find(at(20))).toBe('there');
        expect(await console.find(nowhere())).toBe('gone');
      },
      SUITE_MS,
    );

    test('goes on after an exception, whose text is the result', async () => {
      const { console } = await open();
      expect(await console.delete(machine.throws)).toEqual({
        result: 'failed',
        message: expect.stringMatching(
          /^The console answered “.*Timed out after 30000 ms.*” to the deletion, and the build is still there\.$/,
        ),
      });
      expect(await console.delete(at(0))).toEqual({ result: 'deleted' });
      expect(machine.isThere(machine.throws)).toBe(true);
    });

    test('that does not answer is given up, and a new one goes on', async () => {
      const { console } = await open({
        onTyped(text) {
          if (text.includes('delete-build')) setImmediate(() => clock.advance(ANSWER_MS));
        },
      });
      const late = { code: 'console-silent', during: `delete ${machine.hangs.url}`, afterMs: ANSWER_MS };
      expect(await problemOf(console.delete(machine.hangs))).toMatchObject(late);
      expect(await problemOf(console.find(at(0)))).toMatchObject(late);
      expect(await (await open()).console.delete(at(0))).toEqual({ result: 'deleted' });
    });

    test('whose connection breaks off at a deletion is told from one that ended', async () => {
      const { console } = await open({
        onTyped(text) {
          if (text.includes('delete-build')) connections[0]?.close();
        },
      });
      expect(await problemOf(console.delete(at(0)))).toMatchObject({ code: 'ssh-dropped' });
      const again = await (await open()).console.delete(at(0));
      expect(['deleted', 'already-gone']).toContain(again.result);
      expect(machine.isThere(at(0))).toBe(false);
    });

    test('whose prompt never comes is waited for, with a word, and no longer than said', async () => {
      machine.neverLoad();
      let told = 0;
      const opening = open({
        onTyped: () => setImmediate(() => clock.advance(OPEN_MS)),
        onWaiting: () => {
          told += 1;
        },
      });
      expect(await problemOf(opening)).toMatchObject({ code: 'console-not-opened', afterMs: OPEN_MS });
      expect(told).toBeGreaterThan(0);
    });

    test('that is not there is known at once', async () => {
      const command = 'circlecy dev-console';
      expect(await problemOf(open({ command }))).toEqual({
        code: 'console-ended',
        during: command,
        last: expect.stringMatching(/circlecy: command not found/),
      });
    });
  });
}

function problemOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => value,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );
}
