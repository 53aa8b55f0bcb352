import { cut, oneLine } from '../text/text.ts';
import { isOfAws } from './tag-limits.ts';

/** Somebody besides the bot and people who starts, stops or replaces the machine. */
export interface Actor {
  kind: ActorKind;
  /** E.g. of the group, as AWS' tag has it. */
  name: string;
}

interface Words {
  /** Who it is, as a clause begins with it. */
  who: (name: string) => string;
  /** What it does to a machine, after “it”. */
  does: string;
  /** What to do before the bot stops or restarts the machine. */
  first: (name: string, instanceId: string) => string;
  /** It does nothing by itself, so that nobody has to be asked before a cut-over. */
  isIdle?: true;
}

const REPLACES =
  'replaces a machine that stops, restarts or does not answer: it terminates it and starts another one with the same name';

/** A name goes into a command that people copy: what a shell would read as more than a word is left to them. */
function word(name: string): string {
  return /^[\w.:/@+-]+$/.test(name) ? name : 'NAME';
}

const ACTORS = {
  'auto-scaling': {
    who: (name) => `the Auto Scaling group ${name}`,
    does: REPLACES,
    first: (name, id) =>
      `aws autoscaling detach-instances --instance-ids ${id} --auto-scaling-group-name ${word(name)} --should-decrement-desired-capacity`,
  },
  fleet: {
    who: (name) => `the EC2 Fleet ${name}`,
    does: REPLACES,
    first: (name) =>
      `aws ec2 delete-fleets --fleet-ids ${word(name)} --no-terminate-instances (the machine stays, and nobody replaces it)`,
  },
  'spot-fleet': {
    who: (name) => `the Spot Fleet ${name}`,
    does: REPLACES,
    first: (name) =>
      `aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids ${word(name)} --no-terminate-instances`,
  },
  spot: {
    who: () => 'a Spot request',
    does: 'may take the machine away at any time, and starts one that was stopped again where the request is persistent',
    first: () => 'cancel its Spot request in the EC2 console; the machine stays',
  },
  beanstalk: {
    who: (name) => `the Elastic Beanstalk environment ${name}`,
    does: REPLACES,
    first: () => 'detach the machine from the Auto Scaling group of the environment',
  },
  opsworks: {
    who: (name) => `the OpsWorks stack ${name}`,
    does: 'stops and starts a machine that does not answer (auto healing)',
    first: () => 'switch auto healing of its layer off, or deregister the machine from the stack',
  },
  kubernetes: {
    who: (name) => `Kubernetes (${name})`,
    does: REPLACES,
    first: () => 'take the machine out of its node group',
  },
  ecs: {
    who: (name) => `Amazon ECS (${name})`,
    does: REPLACES,
    first: () => 'detach the machine from the Auto Scaling group of its capacity provider',
  },
  emr: {
    who: (name) => `the EMR cluster ${name}`,
    does: REPLACES,
    first: () => 'look at the cluster before anything else',
  },
  batch: {
    who: (name) => `AWS Batch (${name})`,
    does: REPLACES,
    first: () => 'look at the compute environment before anything else',
  },
  cloud9: {
    who: (name) => `the Cloud9 environment ${name}`,
    does: 'stops the machine when nobody has used it for a while',
    first: () => 'switch the stopping off in the settings of the environment',
  },
  operator: {
    who: (name) => `the AWS service ${name}`,
    does: 'manages this machine, and EC2 lets nobody else change it',
    first: () => 'look in the console of that service before anything else',
  },
  scheduler: {
    who: (name) => `whoever reads the tag ${name}`,
    does: 'starts and stops machines by the clock (as AWS Instance Scheduler does): the old one, once it is stopped, may be started again',
    first: (name) => `take the tag ${name} off the machine, or pause that schedule`,
  },
  cloudformation: {
    who: (name) => `the CloudFormation stack ${name}`,
    does: 'knows this machine only: its next update may change, restart or replace it, and does not know the new one',
    first: () => 'update or delete the stack only once you know what it would do',
    isIdle: true,
  },
  unknown: {
    who: (name) => `the AWS service that has set the tag ${name}`,
    does: 'may start, stop or replace the machine: the bot does not know this tag',
    first: () => 'find out what that service does when the machine stops or restarts',
  },
} as const satisfies Record<string, Words>;

export type ActorKind = keyof typeof ACTORS;

export const ACTOR_KINDS = Object.keys(ACTORS) as [ActorKind, ...ActorKind[]];

/** Tags by which services mark a machine that is theirs (AWS' user guides of each); the first that fits counts. */
const MARKS: readonly [mark: RegExp, kind: ActorKind][] = [
  [/^aws:autoscaling:groupname$/, 'auto-scaling'],
  [/^aws:ec2:fleet-id$/, 'fleet'],
  [/^aws:ec2spot:fleet-request-id$/, 'spot-fleet'],
  [/^(?:elasticbeanstalk:environment-(?:name|id)|aws:elasticbeanstalk:.*)$/, 'beanstalk'],
  [/^opsworks:(?:stack|instance)$/, 'opsworks'],
  [
    /^(?:aws:eks:cluster-name|eks:(?:cluster-name|nodegroup-name)|karpenter\.sh\/.*|kubernetes\.io\/cluster\/.*)$/,
    'kubernetes',
  ],
  [/^(?:aws:ecs:.*|amazonecsmanaged)$/, 'ecs'],
  [/^aws:elasticmapreduce:.*$/, 'emr'],
  [/^(?:aws:batch:.*|awsbatchservicetag)$/, 'batch'],
  [/^aws:cloud9:environment$/, 'cloud9'],
  [/^aws:cloudformation:stack-name$/, 'cloudformation'],
  [
    /^(?:schedule|scheduler|(?:instance-?scheduler|ec2-?scheduler|scheduler)[:-].*|maid_offhours|offhours|custodian.*|auto-?(?:start|stop|off|on|shutdown)|(?:start|stop|shutdown)-?(?:time|schedule)|uptime|officehours)$/,
    'scheduler',
  ],
];

/** Tags of AWS' own that say only how the machine was made, or belong to one that is named already. */
const HARMLESS =
  /^aws:(?:ec2launchtemplate:|servicecatalog:|createdby$|backup:|dlm:|marketplace:|cloudformation:|autoscaling(?::|$)|ec2spot:|ec2:)/;

/** Who else acts on a machine, as far as its tags and EC2 itself tell. Alarms with an action, for one, cannot be seen by it. */
export function actorsOn(machine: {
  tags?: Record<string, string>;
  traits?: { lifecycle?: string };
  operator?: string;
}): Actor[] {
  const { tags = {}, traits, operator } = machine;
  const found = Object.entries(tags).flatMap(([key, value]): Actor[] => {
    const lower = key.toLowerCase();
    const kind = MARKS.find(([mark]) => mark.test(lower))?.[1];
    if (kind === 'scheduler') return [{ kind, name: shown(`${key}=${value}`) }];
    if (kind !== undefined) return [{ kind, name: shown(value || key) }];
    return isOfAws(key) && !HARMLESS.test(lower) ? [{ kind: 'unknown', name: shown(key) }] : [];
  });
  const all: Actor[] = [
    ...found,
    ...(traits?.lifecycle === 'spot' && !found.some(({ kind }) => kind === 'spot-fleet' || kind === 'fleet')
      ? [{ kind: 'spot', name: '' } as const]
      : []),
    ...(operator === undefined ? [] : [{ kind: 'operator', name: shown(operator) } as const]),
  ];
  // Services mark a machine more than once: one word about each is enough.
  return all.filter((one, i) => all.findIndex(({ kind }) => kind === one.kind) === i);
}

function shown(name: string): string {
  return cut(oneLine(name), 120);
}

/** Whether somebody has to be asked before the machine is stopped. */
export function actsByItself({ kind }: Actor): boolean {
  const words: Words = ACTORS[kind];
  return words.isIdle !== true;
}

/** E.g. `the Auto Scaling group circleci`. */
export function actorInWords({ kind, name }: Actor): string {
  const words: Words = ACTORS[kind];
  return words.who(name);
}

/** Lines of a plan: what it does, and what to do first. */
export function actorLines(actors: readonly Actor[], instanceId: string): string[] {
  return actors.map(({ kind, name }) => {
    const { who, does, first }: Words = ACTORS[kind];
    const begin = who(name);
    return `${begin.charAt(0).toUpperCase()}${begin.slice(1)} ${does}. First: ${first(name, instanceId)}`;
  });
}
