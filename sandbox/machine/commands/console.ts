import { done, failed } from '../access/session.ts';
import { devConsole } from '../circleci/dev-console.ts';
import type { Call, Outcome, Tool } from '../inside.ts';

/** The ways into the dev-console, and into the containers it lives in. */
export const CONSOLE_TOOLS: Tool[] = [
  { name: 'replicated', run: replicated },
  { name: 'docker', run: docker },
];

const CONTAINERS = ['frontend', 'nomad', 'replicated', 'postgres'];

/** `circleci dev-console` is an alias of the first form. */
async function replicated(args: string[], call: Call): Promise<Outcome> {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (words.join(' ') === 'admin dev-console') return open(call);
  if (words[0] === 'admin') return failed(`Error: the application has no command "${words[1] ?? ''}"\n`);
  return failed('Usage: replicated admin COMMAND\n');
}

async function docker(args: string[], call: Call): Promise<Outcome> {
  const [action, ...more] = args;
  if (call.session.account.uid !== 0) {
    return failed('Got permission denied while trying to connect to the Docker daemon socket\n');
  }
  const isUp = call.session.machine.replicated.app().state === 'started';
  if (action === 'ps')
    return done(['CONTAINER ID', ...(isUp ? CONTAINERS : ['replicated'])].join('\n').concat('\n'));
  if (action !== 'exec') return failed(`docker: '${action ?? ''}' is not a docker command.\n`);
  const from = more.findIndex((arg) => !arg.startsWith('-'));
  const [container = '', ...command] = from < 0 ? [] : more.slice(from);
  if (!CONTAINERS.includes(container) || (container !== 'replicated' && !isUp)) {
    return failed(`Error: No such container: ${container}\n`);
  }
  if (container === 'frontend' && command.join(' ') === 'lein repl :connect 6005') return open(call);
  return call.run(command);
}

async function open(call: Call): Promise<Outcome> {
  if (call.session.machine.replicated.app().state !== 'started') {
    return failed('Error: No such container: frontend\n');
  }
  return devConsole(call);
}
