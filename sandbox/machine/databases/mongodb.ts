import { done, failed } from '../access/session.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { dumpText, readDump, type ServerState } from './server.ts';

/** MongoDB's tools, by their documentation: they are nowhere at hand to be tried. */
export const MONGO_TOOLS: Tool[] = [
  { name: 'mongodump', run: mongodump },
  { name: 'mongorestore', run: mongorestore },
  // The interpreter's own takes bytes for text.
  { name: 'tail', run: tail },
  { name: 'od', run: od },
];

function server(call: Call): ServerState {
  const found = call.session.machine.disk.databases.mongodb;
  if (found === undefined) throw new Error('this machine has no MongoDB');
  return found;
}

function option(args: readonly string[], name: string): string {
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

async function mongodump(args: string[], call: Call): Promise<Outcome> {
  if (args.includes('--version')) return done('mongodump version: 100.9.4\n');
  const { clock, faults } = call.session.machine;
  if (faults.databases === 'down')
    return failed("Failed: can't create session: could not connect to server: server selection error\n");
  if (faults.databases === 'refused') return failed('Failed: auth error: Authentication failed.\n');
  const name = option(args, '--db');
  const database = server(call).databases.get(name);
  const tables = database?.tables ?? {};
  await clock.sleep(server(call).dumpMs, call.signal);
  const stderr = Object.entries(tables)
    .map(
      ([table, rows]) =>
        `writing ${name}.${table} to archive on stdout\ndone dumping ${name}.${table} (${rows.length} documents)\n`,
    )
    .join('');
  const text = dumpText('mongodb', { database: name, owner: '', tables });
  const isCut = faults.databases === 'cut' || faults.databases === 'dies';
  const stdout = isCut ? text.slice(0, text.length / 2) : text;
  return { stdout, stderr, exitCode: faults.databases === 'dies' ? 1 : 0, bytes: true };
}

function mongorestore(args: string[], call: Call): Outcome {
  const dump = readDump('mongodb', bytesIn(call));
  if (dump === undefined) return failed('Failed: error demultiplexing archive; archive io error\n');
  const [name = ''] = option(args, '--nsInclude').split('.');
  const { databases } = server(call);
  const there = databases.get(name) ?? { owner: '', tables: {}, connections: 0 };
  databases.set(name, { ...there, tables: { ...there.tables, ...structuredClone(dump.tables) } });
  return done();
}

async function tail(args: string[], call: Call): Promise<Outcome> {
  const [option, count] = args;
  if (option !== '-c' || args.length !== 2) return call.original(args);
  return done(bytesIn(call).slice(-Number(count)));
}

function od(_args: string[], call: Call): Outcome {
  const hex = [...bytesIn(call)].map((byte) => ` ${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return done(`${hex.join('')}\n`);
}

/** One character a byte: on its way through a group of commands a byte becomes a character of UTF-8. */
function bytesIn({ stdin }: Call): string {
  const text = Buffer.from(stdin, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? stdin : text;
}
