import { chmodSync, copyFileSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Build, parseBuildUrls } from '../../src/core/cleanup/builds.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { dialTcp } from '../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';
import type { ConsoleMachines } from '../contracts/dev-console.ts';
import { addressOf } from '../contracts/ssh/server-under-test.ts';
import { eventually } from '../faults/eventually.ts';
import { handClock } from '../hand-clock.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { JARS, needClojure } from './clojure.ts';
import { startOpenSsh } from './openssh.ts';
import { killAll, processesAt } from './processes.ts';

const AT = 'https://ci.example.com';

/**
 * How the console is started. `plain`: the terminal shows what is typed. `line editor`: JLine, as Leiningen's client has it,
 * in a terminal so narrow that every form breaks.
 */
const CONSOLES = {
  plain: `exec java -cp ${JARS[0]} clojure.main -i console.clj -r`,
  'line editor': `stty cols 60; TERM=xterm exec java -cp ${JARS.join(':')} jline.console.internal.ConsoleRunner clojure.main -i console.clj -r`,
};

/** A real Clojure REPL behind a real OpenSSH, where `circleci` is an alias of the login shell. */
export async function startClojureMachines(kind: keyof typeof CONSOLES): Promise<ConsoleMachines> {
  needClojure();
  const { folder: made, remove } = tempFolder();
  const home = realpathSync(made);
  const at = (name: string) => join(home, name);
  copyFileSync(join(import.meta.dirname, 'console.clj'), at('console.clj'));
  writeFileSync(at('.bash_profile'), `PS1='ubuntu@services:~$ '\nalias circleci='${at('circleci')}'\n`);
  writeFileSync(at('circleci'), `#!/bin/sh\ntest -e never && exec sleep 600\n${CONSOLES[kind]}\n`);
  chmodSync(at('circleci'), 0o755);
  const path = '/usr/local/bin:/usr/bin:/bin';
  const server = await startOpenSsh({
    command: () => `cd ${home} && exec env -i HOME=${home} TERM="$TERM" PATH=${path} /bin/bash -l`,
  });
  const openSsh = createOpenSsh({ dial: dialTcp, clock: handClock(0), log: noLog });

  return {
    async start() {
      for (const name of ['never', 'noisy']) rmSync(at(name), { force: true });
      const builds = parse(Array.from({ length: 30 }, (_, n) => `gh/acme-rail/signal.box/${1200 + n}`));
      const [throws, hangs] = parse(['gh/acme-rail/throws/1', 'bb/acme-rail/hangs/1']);
      if (throws === undefined || hangs === undefined) throw new Error('These are builds');
      writeFileSync(at('builds.txt'), [...builds, throws, hangs].map(({ url }) => `${url}\n`).join(''));
      return {
        builds,
        throws,
        hangs,
        connect: () => openSsh(addressOf(server), { signal: new AbortController().signal, patienceMs: 0 }),
        isThere: ({ url }) => readFileSync(at('builds.txt'), 'utf8').split('\n').includes(url),
        disturb: () => writeFileSync(at('noisy'), ''),
        neverLoad: () => writeFileSync(at('never'), ''),
      };
    },
    async close() {
      await server.close();
      await eventually('nothing runs in its home', () => {
        killAll(processesAt(home));
        return processesAt(home).length === 0;
      });
      remove();
    },
  };
}

function parse(paths: readonly string[]): Build[] {
  return parseBuildUrls(paths.map((path) => `${AT}/${path}`).join(' '), AT).builds;
}
