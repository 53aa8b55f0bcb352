import { done, untilAborted } from '../access/session.ts';
import type { Call, Outcome } from '../inside.ts';
import { buildPath, findBuild } from './build-record.ts';
import { type Evaluated, evaluateForm } from './clojure-form.ts';

const GREETING = [
  'Connecting to nREPL at 127.0.0.1:6005',
  'REPL-y 0.3.7, nREPL 0.2.12',
  'Clojure 1.8.0',
  'OpenJDK 64-Bit Server VM 1.8.0_212-8u212-b03-0ubuntu1.16.04.1-b03',
  '    Docs: (doc function-name-here)',
  '    Exit: Control+D or (exit) or (quit)',
  '',
];
const PROMPT = 'user=> ';
const MORE_PROMPT = '  #_=> ';

/** What comes and goes of a session: a person's terminal, or a pipe that is read to its end. */
interface Line {
  read(): Promise<string | undefined>;
  write(text: string): void;
}

/**
 * CircleCI's console: a Clojure REPL that takes long to load. It knows the two documented forms and throws at all else.
 * On a terminal it talks with whoever types; else it evaluates what stands in its standard input.
 */
export async function devConsole(call: Call): Promise<Outcome> {
  const { machine, terminal } = call.session;
  const { devConsole: faults } = machine.faults;
  const piped: string[] = [];
  const lines = call.stdin.split('\n');
  const line: Line =
    terminal === undefined
      ? { read: async () => lines.shift(), write: (text) => void piped.push(text) }
      : { read: () => terminal.line(), write: (text) => terminal.print(text) };
  const end = () => done(piped.join(''));

  const loading = machine.timing.devConsole + faults.slowStartMs;
  if (!Number.isFinite(loading)) {
    await untilAborted(call.signal);
    return end();
  }
  await machine.clock.sleep(loading, call.signal);
  if (call.signal.aborted) return end();
  const paint = (text: string, colour: number) =>
    faults.colours ? `\u001b[1;${colour}m${text}\u001b[0m` : text;
  const noise = (text: string) => {
    if (faults.noise)
      line.write(`2019-05-02 10:00:21.004 [${text}] INFO  circle.http.api - GET /api/v1.1/me 200\n`);
  };
  line.write(`${GREETING.join('\n')}\n`);
  if (terminal !== undefined) terminal.wraps = faults.wraps;

  let typed = '';
  for (let count = 1; !call.signal.aborted; count += 1) {
    if (typed === '') line.write(paint(PROMPT, 32));
    else line.write(MORE_PROMPT);
    if (count % 3 === 2) noise('qtp-42');
    const given = await line.read();
    if (given === undefined) break;
    if (terminal?.interrupted() === true) {
      typed = '';
      continue;
    }
    const evaluated = evaluateForm(`${typed}${given}`);
    if (evaluated.kind === 'unfinished') {
      typed = `${typed}${given}\n`;
      continue;
    }
    typed = '';
    if (evaluated.kind === 'leave') break;
    if (evaluated.kind === 'nothing') continue;
    noise('pool-7-thread-3');
    await machine.clock.sleep(machine.timing.devConsoleForm, call.signal);
    const answer = await answerTo(evaluated, call);
    if (answer === undefined) return end();
    line.write(`${wrapped(paint(answer, 36), faults.wraps ? terminal?.columns : undefined)}\n`);
  }
  if (terminal !== undefined) terminal.wraps = false;
  line.write('Bye for now!\n');
  return end();
}

/** Undefined where nothing will ever be answered. */
async function answerTo(form: Evaluated, call: Call): Promise<string | undefined> {
  const { machine } = call.session;
  const { devConsole: faults } = machine.faults;
  if (form.kind === 'error') return form.text;
  if (form.kind === 'find') {
    const build = findBuild(machine.disk.builds, form.url);
    if (build === undefined) return 'nil';
    const stopped =
      build.stoppedAt === undefined ? 'nil' : `#inst "${new Date(build.stoppedAt).toISOString()}"`;
    return (
      `{:_id #object[org.bson.types.ObjectId 0x1f2e3d4c "5ccabc${build.number}"], :build_num ${build.number}, ` +
      `:vcs_url "https://github.com/${build.org}/${build.project}", :branch "${build.branch}", ` +
      `:lifecycle :${build.lifecycle}, :status :${build.status}, :stop_time ${stopped}, :url "${buildPath(build)}"}`
    );
  }
  if (form.kind !== 'delete') return undefined;
  const { url } = form;
  const isIn = (parts: string[]) => parts.some((part) => url.includes(part));
  while (isIn(faults.pausesAt) && !call.signal.aborted) await machine.clock.sleep(500, call.signal);
  if (isIn(faults.throwsAt))
    return 'MongoTimeoutException Timed out after 30000 ms  com.mongodb.BaseCluster.getDescription (BaseCluster.java:167)';
  if (isIn(faults.hangsAt)) {
    await untilAborted(call.signal);
    return undefined;
  }
  machine.deleteBuild(url);
  const dropped = faults.dropsAt.findIndex((part) => url.includes(part));
  if (dropped >= 0) {
    faults.dropsAt.splice(dropped, 1);
    call.session.hangUp();
    return undefined;
  }
  return 'nil';
}

/** As a printer breaks a long value that knows the terminal's width. */
function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text.replace(new RegExp(`(.{${Math.max(columns - 1, 20)}})(?=.)`, 'g'), '$1\n');
}
