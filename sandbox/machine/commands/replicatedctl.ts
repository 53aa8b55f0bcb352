import { done, failed, untilAborted } from '../access/session.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { split } from './options.ts';

/** Replicated's own command. What it prints goes by facts/circleci-services-machine.md (RH). */
export const REPLICATEDCTL: Tool = { name: 'replicatedctl', run: replicatedctl };

const APP_ID = '0f3c5a8e21d94b77a0c1f8d23b6e4a90';

async function replicatedctl(args: string[], call: Call): Promise<Outcome> {
  const { machine, account } = call.session;
  const { faults, replicated } = machine;
  if (faults.replicatedctl === 'hanging') await untilAborted(call.signal);
  if (faults.replicatedctl === 'failing')
    return failed('Error: Get http://replicated/v1: connection refused\n');
  if (faults.replicatedctl === 'garbage') return done('<html><body>502 Bad Gateway</body></html>\n');
  if (account.uid !== 0)
    return failed('Got permission denied while trying to connect to the Docker daemon socket\n');
  const { options, rest } = split(args, ['--value']);
  const value = options.includes('--value') ? rest.shift() : undefined;
  const command = rest.join(' ');
  if (command === 'system status') {
    const system = replicated.system();
    return done(json({ Replicated: system, Retraced: system }));
  }
  if (replicated.system() !== 'ready') return failed('Error: Replicated is not ready\n');
  switch (command) {
    case 'app status':
    case 'app status inspect':
      return done(json([status(call)]));
    case 'app start':
      replicated.start();
      return done();
    case 'app stop':
      replicated.stop(options.includes('-f') || options.includes('--force'));
      return done();
    case 'app apply-config':
      replicated.apply();
      return done();
    case 'task ls':
      return done(
        replicated.app().transitioning ? 'ID  NAME  STATUS\n1   app   running\n' : 'ID  NAME  STATUS\n',
      );
    case 'params export':
      return done(
        json({ LocalAddress: replicated.localAddress(), ReleaseChannel: 'stable', LogLevel: 'info' }),
      );
    case 'app-config export':
      return done(json(settings(call, options.includes('--hidden'))));
    case 'app-config view':
      return done(json(form(call)));
    case 'app-config set hostname':
      if (value === undefined || value === '') return failed('Error: --value is required\n');
      replicated.setHostname(value);
      return done();
    default:
      return failed(`Error: unknown command "${command}" for "replicatedctl"\n`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function wantedHost(call: Call): string {
  const { wanted, hostname } = call.session.machine.disk.replicated;
  return wanted ?? hostname;
}

function status(call: Call) {
  const app = call.session.machine.replicated.app();
  return {
    AppID: APP_ID,
    Sequence: 2439,
    State: app.state,
    DesiredState: app.desired,
    Error: app.error,
    IsCancellable: app.transitioning,
    IsTransitioning: app.transitioning,
    LastModifiedAt: new Date(app.changedAt).toISOString(),
  };
}

/** The form of the settings, with secrets in it. */
function form(call: Call) {
  const { storage } = call.session.machine.disk.layout;
  return [
    { Name: 'hostname', Items: [{ Name: 'hostname', Type: 'text', Value: wantedHost(call) }] },
    {
      Name: 'storage',
      Title: 'Storage',
      Items: [
        { Name: 'storage_secret_key', Type: 'password', Value: 'invented-object-store-key-77c2' },
        {
          Name: 'storage_driver',
          Type: 'select_one',
          Default: 'none',
          Value: storage,
          Items: [{ Name: 'none' }, { Name: 's3' }],
        },
      ],
    },
  ];
}

/** With `--hidden` it has secrets in it, as the real one. */
function settings(call: Call, withHidden: boolean) {
  return {
    hostname: { value: wantedHost(call) },
    ...(withHidden && { ghe_client_secret: { value: 'invented-oauth-client-secret-5d1f' } }),
  };
}
