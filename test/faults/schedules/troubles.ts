import { type MachineFaults, noFaults } from '../../../sandbox/machine/faults.ts';
import type { Draws } from '../draws.ts';
import type { Draw, GuardedWorld, Trouble } from './workflow.ts';

/** Whatever does not answer, or says no, of EC2: of these calls, from any step on. */
export function ec2Troubles<W extends GuardedWorld>(
  changes: readonly string[],
  reads: readonly string[],
): readonly Draw<W>[] {
  const any = ['*', ...reads, ...changes];
  const fault = (draws: Draws, step: string, times: number, what: EveryFault): Trouble<W> => {
    const action = draws.one('applied' in what ? changes : any);
    return {
      name: `EC2, ${times} × ${action}: ${JSON.stringify(what)}`,
      step,
      begin: ({ ec2 }) => void ec2.faults.push({ action, times, realCallsOnly: 'applied' in what, ...what }),
    };
  };
  return [
    (draws, steps) =>
      fault(draws, draws.one(steps), 1 + draws.whole(12), { kind: 'error', code: 'RequestLimitExceeded' }),
    (draws, steps) => {
      const times = draws.chance(0.3) ? 60 : 1 + draws.whole(5);
      const what = draws.one<EveryFault>([
        { kind: 'http', status: 503 },
        { kind: 'error', code: 'InternalError' },
      ]);
      return fault(draws, draws.one(steps), times, what);
    },
    ...(['cut', 'silence'] as const).map(
      (kind): Draw<W> =>
        (draws, steps) =>
          fault(draws, draws.one(steps), 1 + draws.whole(2), { kind, applied: draws.chance(0.5) }),
    ),
    (draws, steps) => {
      const action = `ec2:${draws.one([...changes, ...reads])}`;
      return {
        name: `${action} is denied`,
        step: draws.one(steps),
        begin: ({ ec2 }) => void ec2.denied.add(action),
      };
    },
    (draws, steps) => ({
      name: 'the credentials expire',
      step: draws.one(steps),
      begin({ ec2 }) {
        ec2.credentials = 'expired-token';
      },
    }),
  ];
}

type EveryFault =
  | { kind: 'error'; code: string }
  | { kind: 'http'; status: number }
  | { kind: 'cut' | 'silence'; applied: boolean };

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
/** What may take minutes of the wall. */
const LONG = [/nomad/, /\bsync\b/];

type Break<W> = (name: string, step: string, faults: Partial<MachineFaults>) => Trouble<W>;

/** Breaks the machine on which the bot works; `of`: its id, undefined where it is nobody's to break. */
export function breaks<W extends GuardedWorld>(of: (world: W) => string | undefined): Break<W> {
  return (name, step, faults) => ({
    name,
    step,
    begin(world) {
      const id = of(world);
      if (id !== undefined) Object.assign(world.machines.faultsOf(id), faults);
    },
  });
}

/** `onIt`: steps in which the bot works on the machine. */
export function machineTroubles<W>(onIt: readonly string[], broken: Break<W>): readonly Draw<W>[] {
  const step = (draws: Draws) => draws.one(onIt);
  return [
    (draws) => {
      const ssh = draws.one(['refused', 'silent', 'wrong-key', 'no-key'] as const);
      return broken(`SSH: ${ssh}`, step(draws), { ssh });
    },
    (draws) => {
      const drops = Array.from({ length: 1 + draws.whole(4) }, () => ({
        command: draws.one([...COMMANDS, ...LONG]),
        when: draws.one(['before', 'after'] as const),
      }));
      const said = drops.map(({ command, when }) => `${when} ${command.source}`).join(', ');
      return broken(`SSH breaks off ${said}`, step(draws), { drops });
    },
    (draws) => {
      const command = draws.one(COMMANDS);
      return broken(`${command.source} hangs`, step(draws), { hangs: [command] });
    },
    (draws) => {
      const sudo = draws.one(['password', 'absent'] as const);
      return broken(`sudo: ${sudo}`, step(draws), { sudo });
    },
    (draws) => {
      const replicatedctl = draws.one(['absent', 'hanging', 'garbage', 'failing'] as const);
      return broken(`replicatedctl: ${replicatedctl}`, step(draws), { replicatedctl });
    },
    (draws) => {
      const appStart = draws.one(['never', 'fails'] as const);
      return broken(`the application: ${appStart}`, step(draws), { appStart });
    },
    (draws) => broken('the application never stops', step(draws), { appStop: 'never' }),
    (draws) => broken('the disk is full', step(draws), { diskFull: true }),
    (draws) => {
      const web = draws.one(['down', 'error'] as const);
      return broken(`the web: ${web}`, step(draws), { web });
    },
  ];
}

export const slackTroubles: readonly Draw<GuardedWorld>[] = [
  (draws, steps) => {
    const method = draws.one(['*', 'chat.update', 'chat.postMessage', 'usergroups.users.list', 'users.info']);
    const refusal = method.startsWith('chat.')
      ? draws.one(['msg_blocks_too_long', 'invalid_blocks', 'is_archived'])
      : 'ratelimited';
    const trouble = draws.one<SlackTrouble>([
      { kind: 'error', error: 'internal_error' },
      { kind: 'error', error: refusal },
      { kind: 'rate_limited', retryAfterSeconds: draws.one([1, 60]) },
      { kind: 'http', status: 503 },
      { kind: 'cut', applied: true },
      { kind: 'cut', applied: false },
      { kind: 'silence', applied: true },
      { kind: 'silence', applied: false },
    ]);
    const drawn = 1 + draws.whole(3);
    // Refused twice a message has no blocks any more, and nothing of it could be compared.
    const isOnce = trouble.kind === 'error' && /blocks/.test(trouble.error);
    const times = isOnce ? 1 : drawn;
    return {
      name: `Slack, ${times} × ${method}: ${JSON.stringify(trouble)}`,
      step: draws.one(steps),
      begin: ({ slack }) => void slack.faults.push({ method, times, ...trouble }),
    };
  },
  (draws, steps) => ({
    name: 'Slack cuts the socket',
    step: draws.one(steps),
    begin: ({ slack }) => slack.dropSockets(draws.whole(2)),
  }),
];

type SlackTrouble =
  | { kind: 'error'; error: string }
  | { kind: 'rate_limited'; retryAfterSeconds: number }
  | { kind: 'http'; status: number }
  | { kind: 'silence' | 'cut'; applied: boolean };

/** All is well from now on. What others have done stays done. */
export function heal({ ec2, slack, machines, clock }: GuardedWorld): void {
  ec2.faults.length = 0;
  slack.faults.length = 0;
  ec2.denied.clear();
  ec2.noCapacity.clear();
  ec2.launchLimit = undefined;
  ec2.credentials = 'valid';
  const soon = clock.now() + 1_000;
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
