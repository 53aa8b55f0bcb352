import { done, failed } from '../access/session.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { keepRaw, nodeAt } from './files.ts';
import { split } from './options.ts';

export const FIND_TOOLS: Tool[] = [
  { name: 'find', run: find },
  { name: 'du', run: du },
];

/** The interpreter's own knows no `-quit`: what it finds first is all that is printed then. */
async function find(args: string[], call: Call): Promise<Outcome> {
  if (!args.includes('-quit')) return call.original(args);
  const { stdout, stderr, exitCode } = await call.original([
    ...args.filter((arg) => arg !== '-quit' && arg !== '-print'),
    '-print0',
  ]);
  const [first = ''] = stdout.split('\0');
  return keepRaw(call, { stdout: first === '' ? '' : `${first}\n`, stderr, exitCode });
}

/** `du -sk`: what is in the files, in KiB. */
async function du(args: string[], call: Call): Promise<Outcome> {
  const [path = '.'] = split(args).rest;
  const at = call.path(path);
  // What hangs there hangs here.
  await call.session.files.readdir(at).catch(() => []);
  if (typeof nodeAt(call, at) === 'string') return failed(`du: cannot access '${path}'\n`);
  const real = await call.session.files.realpath(at);
  const bytes = call.session.files
    .getAllPaths()
    .filter((one) => one.startsWith(`${real}/`))
    .reduce((sum, one) => {
      const node = nodeAt(call, one, false);
      return sum + (typeof node === 'string' ? 0 : node.bytes.length);
    }, 4096);
  return done(`${Math.ceil(bytes / 1024)}\t${path}\n`);
}
