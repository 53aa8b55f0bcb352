import { noFaults } from '../../../sandbox/machine/faults.ts';
import type { Draws } from '../draws.ts';
import type { RestoreWorld } from './world.ts';

/** Something that goes wrong at one moment of a restore. */
export interface Trouble {
  name: string;
  /** The step at whose beginning it begins. */
  step: string;
  begin(world: RestoreWorld): void;
}

const CHANGES = [
  'RunInstances',
  'StopInstances',
  'StartInstances',
  'AssociateAddress',
  'CreateTags',
  'DeleteTags',
  'CreateReplaceRootVolumeTask',
  'ModifyInstanceAttribute',
  'TerminateInstances',
  'DeleteVolume',
];
const READS = [
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeVolumes',
  'DescribeAddresses',
  'DescribeReplaceRootVolumeTasks',
  'GetConsoleOutput',
  'DescribeImages',
];
const BEFORE_THE_MACHINE = ['check', 'launch', 'running', 'checks', 'replace-root', 'root'];
const ON_THE_MACHINE = [
  'connect',
  'files',
  'stop-app',
  'rewrite',
  'mentions',
  'mounts',
  'nomad',
  'restart',
  'start-app',
  'verify',
];
const AFTER_IT = ['compare', 'fence', 'address', 'names', 'verify-again', 'undo-cut-over', 'remove'];
const ANYWHERE = ['approval', ...BEFORE_THE_MACHINE, ...ON_THE_MACHINE, ...AFTER_IT];
/** What a script of the bot's holds, one for each thing that it does; those that may take minutes are not among them. */
const COMMANDS = [
  /sha256sum/,
  /readlink -f "\$1"/,
  /replicatedctl.*app.*status/,
  /app.*start/,
  /app.*stop/,
  /^(?!.*\/opt\/nomad).*\/proc\/mounts/s,
  /stat -L/,
  /params/,
];

type SlackTrouble =
  | { kind: 'error'; error: string }
  | { kind: 'rate_limited'; retryAfterSeconds: number }
  | { kind: 'http'; status: number }
  | { kind: 'silence' | 'cut'; applied: boolean };

type Draw = (draws: Draws) => Trouble;

/** All kinds of trouble, by what is in trouble; each is drawn as often as any other of its part. */
const EC2: readonly Draw[] = [
  (draws) => {
    const times = 1 + draws.whole(12);
    const action = draws.one(['*', ...READS, ...CHANGES]);
    return fault(draws.one(ANYWHERE), action, { kind: 'error', code: 'RequestLimitExceeded' }, times);
  },
  (draws) => {
    const times = draws.chance(0.3) ? 60 : 1 + draws.whole(5);
    const trouble = draws.one([
      { kind: 'http', status: 503 } as const,
      { kind: 'error', code: 'InternalError' } as const,
    ]);
    return fault(draws.one(ANYWHERE), draws.one(['*', ...READS, ...CHANGES]), trouble, times);
  },
  (draws) => lost(draws, 'cut'),
  (draws) => lost(draws, 'silence'),
  (draws) => {
    const where = draws.one(['*', 'm5.2xlarge', 'eu-west-1a']);
    return {
      name: `no room for ${where}`,
      step: 'launch',
      begin: ({ ec2 }) => void ec2.noCapacity.add(where),
    };
  },
  () => ({ name: 'a quota', step: 'launch', begin: ({ ec2 }) => setLimit(ec2, 'VcpuLimitExceeded') }),
  (draws) => {
    const fate = draws.one([
      { checks: 'never' as const },
      { checks: 'impaired' as const },
      { console: 'missing' as const },
      { invisibleFor: 10_000 + draws.whole(200_000) },
      { dies: 'Client.VolumeLimitExceeded' },
      { neverRuns: true },
    ]);
    return {
      name: `the machine: ${JSON.stringify(fate)}`,
      step: 'launch',
      begin({ ec2 }) {
        ec2.nextLaunch = fate;
      },
    };
  },
  (draws) => {
    const ends = draws.one(['failed', 'failed-detached', 'never'] as const);
    return {
      name: `the replacement: ${ends}`,
      step: 'replace-root',
      begin({ ec2 }) {
        ec2.nextReplacement = { ends };
      },
    };
  },
  (draws) => {
    const action = `ec2:${draws.one([...CHANGES, ...READS])}`;
    return {
      name: `${action} is denied`,
      step: draws.one(ANYWHERE),
      begin: ({ ec2 }) => void ec2.denied.add(action),
    };
  },
  (draws) => ({
    name: 'the credentials expire',
    step: draws.one(ANYWHERE),
    begin({ ec2 }) {
      ec2.credentials = 'expired-token';
    },
  }),
  (draws) => {
    const ms = 10_000 + draws.whole(300_000);
    return {
      name: `the machine is not shown for ${ms} ms`,
      step: draws.one([...ON_THE_MACHINE, 'running', 'checks', 'remove']),
      begin: (world) => world.ec2.hide(restored(world), ms),
    };
  },
];

const MACHINE: readonly Draw[] = [
  (draws) => {
    const ssh = draws.one(['refused', 'silent', 'wrong-key', 'no-key'] as const);
    return onMachine(`SSH: ${ssh}`, draws.one(ON_THE_MACHINE), { ssh });
  },
  (draws) => {
    const drops = Array.from({ length: 1 + draws.whole(4) }, () => ({
      command: draws.one(COMMANDS),
      when: draws.one(['before', 'after'] as const),
    }));
    const said = drops.map(({ command, when }) => `${when} ${command.source}`).join(', ');
    return onMachine(`SSH breaks off ${said}`, draws.one(ON_THE_MACHINE), { drops });
  },
  (draws) => {
    const command = draws.one(COMMANDS);
    return onMachine(`${command.source} hangs`, draws.one(ON_THE_MACHINE), { hangs: [command] });
  },
  (draws) => {
    const sudo = draws.one(['password', 'absent'] as const);
    return onMachine(`sudo: ${sudo}`, draws.one(ON_THE_MACHINE), { sudo });
  },
  (draws) => {
    const replicatedctl = draws.one(['absent', 'hanging', 'garbage', 'failing'] as const);
    return onMachine(`replicatedctl: ${replicatedctl}`, draws.one(ON_THE_MACHINE), { replicatedctl });
  },
  (draws) => {
    const appStart = draws.one(['never', 'fails'] as const);
    return onMachine(`the application: ${appStart}`, draws.one(ON_THE_MACHINE), { appStart });
  },
  (draws) => onMachine('the application never stops', draws.one(ON_THE_MACHINE), { appStop: 'never' }),
  (draws) => {
    const path = draws.one(['/etc/default/replicated', '/etc/default/replicated-operator', '/etc/hosts']);
    return onMachine(`${path} is unreadable`, draws.one(ON_THE_MACHINE), { unreadable: new Set([path]) });
  },
  (draws) => onMachine('the disk is full', draws.one(ON_THE_MACHINE), { diskFull: true }),
  (draws) => {
    const service = draws.one(['replicated', 'replicated-operator']);
    return onMachine(`${service} does not restart`, 'restart', { brokenServices: new Set([service]) });
  },
  (draws) => {
    const web = draws.one(['down', 'error'] as const);
    return onMachine(`the web: ${web}`, draws.one(['verify', 'verify-again']), { web });
  },
];

const SLACK: readonly Draw[] = [
  (draws) => {
    const method = draws.one(['*', 'chat.update', 'chat.postMessage', 'usergroups.users.list', 'users.info']);
    const refusal = method.startsWith('chat.') ? 'msg_blocks_too_long' : 'ratelimited';
    const trouble = draws.one<SlackTrouble>([
      { kind: 'error', error: 'internal_error' },
      { kind: 'error', error: refusal },
      { kind: 'rate_limited', retryAfterSeconds: 1 },
      { kind: 'http', status: 503 },
      { kind: 'cut', applied: true },
      { kind: 'cut', applied: false },
      { kind: 'silence', applied: true },
      { kind: 'silence', applied: false },
    ]);
    const drawn = 1 + draws.whole(3);
    // Refused twice a message has no blocks any more, and nothing of it could be compared.
    const isOnce = trouble.kind === 'error' && trouble.error === 'msg_blocks_too_long';
    const times = isOnce ? 1 : drawn;
    return {
      name: `Slack, ${times} × ${method}: ${JSON.stringify(trouble)}`,
      step: draws.one([...ANYWHERE, 'ask', 'finish']),
      begin: ({ slack }) => void slack.faults.push({ method, times, ...trouble }),
    };
  },
  (draws) => ({
    name: 'Slack cuts the socket',
    step: draws.one([...ANYWHERE, 'ask']),
    begin: ({ slack }) => slack.dropSockets(draws.whole(2)),
  }),
];

/** One that can begin on the way with these steps. */
export function drawTrouble(draws: Draws, steps: readonly string[]): Trouble {
  for (;;) {
    const part = draws.number();
    const trouble = draws.one(part < 0.45 ? EC2 : part < 0.85 ? MACHINE : SLACK)(draws);
    if (steps.includes(trouble.step)) return trouble;
  }
}

/** All is well from now on. */
export function heal(world: RestoreWorld): void {
  const { ec2, machines, slack } = world;
  ec2.faults.length = 0;
  slack.faults.length = 0;
  ec2.denied.clear();
  ec2.noCapacity.clear();
  setLimit(ec2, undefined);
  ec2.credentials = 'valid';
  const soon = world.clock.now() + 1_000;
  for (const task of ec2.tasks.values()) {
    if (task.state === 'pending' && task.steps.length === 0)
      task.steps.push(...['in-progress', 'succeeded'].map((state) => ({ state, at: soon })));
  }
  for (const [id, machine] of ec2.instances) {
    delete machine.fate;
    if (machine.state === 'pending') machine.next ??= { state: 'running', at: soon };
    const faults = machines.faultsOf(id);
    for (const key of ['ssh', 'sudo', 'replicatedctl', 'appStart', 'appStop', 'web'] as const)
      delete faults[key];
    Object.assign(faults, noFaults());
  }
}

/** The id of the machine that runs from the backup, or will. */
function restored({ ec2, old }: RestoreWorld): string {
  return [...ec2.instances.keys()].findLast((id) => id !== old.instanceId) ?? old.instanceId;
}

function fault(
  step: string,
  action: string,
  trouble: { kind: 'error'; code: string } | { kind: 'http'; status: number },
  times: number,
): Trouble {
  return {
    name: `EC2, ${times} × ${action}: ${JSON.stringify(trouble)}`,
    step,
    begin: ({ ec2 }) => void ec2.faults.push({ action, times, ...trouble }),
  };
}

function lost(draws: Draws, kind: 'cut' | 'silence'): Trouble {
  const action = draws.one(CHANGES);
  const applied = draws.chance(0.5);
  const times = 1 + draws.whole(2);
  return {
    name: `EC2, ${times} × ${action}: ${kind}, ${applied ? 'done' : 'not done'}`,
    step: 'check',
    begin: ({ ec2 }) => void ec2.faults.push({ action, times, kind, applied, realCallsOnly: true }),
  };
}

function onMachine(name: string, step: string, faults: Partial<ReturnType<typeof noFaults>>): Trouble {
  return {
    name,
    step,
    begin: (world) => {
      const id = restored(world);
      // The old machine is nobody's to break in a restore beside it.
      if (id !== world.old.instanceId || world.ec2.tasks.size > 0)
        Object.assign(world.machines.faultsOf(id), faults);
    },
  };
}

function setLimit(ec2: RestoreWorld['ec2'], limit: string | undefined): void {
  ec2.launchLimit = limit;
}
