import type { BuildsApi } from '../../core/cleanup/builds-api.ts';
import type { Board } from '../../core/doctor/line.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import type { Ec2Regions } from '../../core/ports/ec2.ts';
import type { Members } from '../../core/ports/members.ts';
import type { OpenRestic } from '../../core/ports/restic.ts';
import type { OpenServicesMachine } from '../../core/ports/services-machine.ts';
import type { Vitals } from '../../core/ports/vitals.ts';
import type { Store } from '../../core/store/store.ts';
import type { RunDeps } from '../../runs/request.ts';
import type { Reply } from './reply.ts';

/** The slash command people type; Slack's manifest names it. */
export const COMMAND = '/circleci-backup';

/** What it takes to make a plan, under an id of its own, and to put it before those who may approve it. */
export interface PlanDeps extends Pick<RunDeps, 'store' | 'notifier' | 'clock' | 'random'> {
  members: Members;
  /** A text's SHA-256, in hex. */
  digest: (text: string) => string;
}

/** What it takes to find a backup, in whichever region. */
export interface CatalogueDeps {
  targets: readonly Target[];
  store: Store;
  ec2: Ec2Regions;
}

/** What it takes to look at a machine for a plan; commands change nothing there. */
export interface MachineDeps extends Omit<CatalogueDeps, 'targets'> {
  openMachine: OpenServicesMachine;
  /** A signal that aborts after `ms` of the wall's time: for what a machine or a server may leave unanswered. */
  timeLimit: (ms: number) => AbortSignal;
}

/** All that any command needs; each function takes of it what it needs itself. */
export interface CommandDeps extends RunDeps, PlanDeps, CatalogueDeps, MachineDeps {
  openRestic: OpenRestic;
  /** Of the bot itself, e.g. `0.1.0`. */
  version: string;
  /** Of a target; undefined where CIRCLECI_TOKEN or CIRCLECI_URL is not set. */
  buildsApi(target: Target): BuildsApi | undefined;
  /** Whether a dead-man switch outside hears of failures (PING_URL). */
  pings: boolean;
  vitals: Vitals;
  /** What the doctor found to fail. */
  board: Board;
}

export type Needs<K extends keyof CommandDeps> = Pick<CommandDeps, K>;

/** What the parser understood. */
export interface Arguments {
  /** Set when the verb takes a target and one was named, or there is only one. */
  target?: Target;
  /** Everything that is neither target nor flag, as it was typed. */
  rest: string;
  flags: ReadonlyMap<string, string>;
}

export interface Request {
  person: Person;
  channelId: string;
  args: Arguments;
}

export type Permission = 'anyone' | 'operator';

/** What a permission check needs of a verb, or of a click or form that is none. */
export type Guarded = Pick<Verb, 'name' | 'changes' | 'permission'>;

export interface Verb {
  name: string;
  /** One line for the help. */
  summary: string;
  usage: string;
  examples: readonly string[];
  /** More for `help <verb>`: what it does, what it does not. */
  details: string;
  /** A verb that both shows and changes says which it is for these arguments. */
  permission: Permission | ((args: Arguments) => Permission);
  /** What of a verb with a permission of its own for some arguments is for everybody, e.g. `restore --by-hand`. */
  openTo?: string;
  /** Whether the first word may name a target. */
  takesTarget: boolean;
  /** Its last words are a note, kept as it was typed; of every other verb all words are an order. */
  takesText?: true;
  /** It is given web addresses: what Slack shows for one does not count. */
  readsAddresses?: true;
  /** Names without dashes; `value` flags take the next word. */
  flags: Readonly<Record<string, 'switch' | 'value'>>;
  /** It changes something: `history` tells of it. */
  changes: boolean;
  /** The target it would change, where its arguments name it another way: that target's operators may. */
  targetOf?(args: Arguments, deps: CommandDeps): Promise<Target | undefined>;
  run(request: Request, deps: CommandDeps): Promise<Reply>;
}
