import { done, failed } from '../access/session.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { split } from './options.ts';

/** Which of the two there is depends on the machine's age. */
export const SYSTEMCTL: Tool = { name: 'systemctl', run: systemctl };
export const SERVICE: Tool = { name: 'service', run: service };

/** How long a restart keeps whoever asked for it, in ms of the clock. */
const RESTART_MS = 2_000;

/** Replicated itself, and what has a file of its own beside it. */
function names(call: Call): string[] {
  const { files } = call.session.machine.disk;
  const second = ['replicated-operator', 'replicated-agent'].filter((name) =>
    ['/etc/default', '/etc/sysconfig'].some((folder) => files.has(`${folder}/${name}`)),
  );
  return ['replicated', 'replicated-ui', ...second];
}

async function systemctl(args: string[], call: Call): Promise<Outcome> {
  const { rest } = split(args);
  const [action = 'list-units', ...units] = rest;
  const services = units.map((unit) => unit.replace(/\.service$/, ''));
  if (action === 'list-units' || action === 'list-unit-files') {
    return done(
      names(call)
        .map((name) => `${name}.service enabled\n`)
        .join(''),
    );
  }
  if (action === 'cat')
    return call.run(['cat', ...services.map((name) => `/etc/systemd/system/${name}.service`)]);
  const unknown = services.find((name) => !names(call).includes(name));
  if (unknown !== undefined)
    return failed(`Failed to ${action} ${unknown}.service: Unit ${unknown}.service not found.\n`, 5);
  if (action === 'is-active') return done('active\n');
  if (action === 'is-enabled') return done('enabled\n');
  if (action === 'status') return done(`● ${services[0]}.service\n   Active: active (running)\n`);
  if (action !== 'restart') return failed(`Unknown operation ${action}.\n`);
  if (call.session.account.uid !== 0) {
    return failed(`Failed to restart ${services[0]}.service: Interactive authentication required.\n`);
  }
  return restartAll(
    services,
    call,
    (name) => `Job for ${name}.service failed because the control process exited with error code.\n`,
  );
}

async function service(args: string[], call: Call): Promise<Outcome> {
  const [name = '', action = ''] = args;
  if (!names(call).includes(name)) return failed(`${name}: unrecognized service\n`);
  if (action === 'status') return done(`${name} start/running, process 1204\n`);
  if (action !== 'restart') return failed(`Usage: service < option > | --status-all\n`);
  if (call.session.account.uid !== 0) return failed('stop: Rejected send message\n');
  const outcome = await restartAll([name], call, (one) => `start: Job failed to start: ${one}\n`);
  return outcome.exitCode === 0 ? done(`${name} start/running, process 2210\n`) : outcome;
}

async function restartAll(services: string[], call: Call, says: (name: string) => string): Promise<Outcome> {
  const { clock, replicated } = call.session.machine;
  for (const name of services) {
    await clock.sleep(RESTART_MS, call.signal);
    if (!replicated.restart(name)) return failed(says(name));
  }
  return done();
}
