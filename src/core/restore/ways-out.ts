import type { Problem } from '../problems/problem.ts';
import type { QuestionOption } from '../run/question.ts';
import type { NewMachine, RestoreOrder } from './order.ts';

/** A launch that EC2 did not do: of what, and why not. */
export interface Refused {
  type: string;
  code: Problem['code'];
}

/** Whether another launch may help: not where nobody answered or somebody asked to stop. */
export function mayHelp({ code }: Problem): boolean {
  return code !== 'canceled' && code !== 'credentials' && code !== 'ec2-unavailable';
}

/** Refusals that pass by themselves: what was refused so may be offered again, after what was not tried. */
const PASSING = new Set<Problem['code']>([
  'no-capacity',
  'subnet-full',
  'launch-quota',
  'restore-machine-ended',
]);

/**
 * Every refusal of a launch leaves these ways out, whatever its code: the other types and subnets that the plan has named,
 * and whatever of the request may be at fault left away. What had no room is offered again, after what was not tried.
 */
export function waysOut(
  problem: Problem,
  planned: NewMachine,
  machine: NewMachine,
  refused: readonly Refused[],
): QuestionOption[] {
  const { types, subnets } = planned.others;
  const tried = (type: string) => refused.filter((one) => one.type === type);
  const isHopeless = (type: string) => tried(type).some(({ code }) => !PASSING.has(code) && !isOfPart(code));
  const places = [{ subnetId: planned.subnetId, zone: planned.zone ?? '' }, ...subnets];
  return [
    ...withoutParts(problem, machine),
    ...[planned.type, ...types]
      .filter((type) => type !== machine.type && !isHopeless(type))
      .sort((a, b) => tried(a).length - tried(b).length)
      .map((type) => ({ answer: `type:${type}`, label: type })),
    ...places
      .filter(({ subnetId }) => subnetId !== machine.subnetId)
      .map(({ subnetId, zone }) => ({
        answer: `subnet:${subnetId}:${zone}`,
        label: zone === '' ? subnetId : `${zone} (${subnetId})`,
      })),
  ];
}

/** Refusals of something that every type would be refused for. */
function isOfPart(code: Problem['code']): boolean {
  return (
    code === 'address-in-use' ||
    code === 'launch-part-gone' ||
    code === 'permissions-missing' ||
    code === 'image-unavailable' ||
    code === 'idempotent-mismatch'
  );
}

/** What may be at fault and can be left away. Where EC2's code says nothing certain, all of it is offered. */
function withoutParts(problem: Problem, machine: NewMachine): QuestionOption[] {
  const isOpen = problem.code === 'ec2-refused' || problem.code === 'idempotent-mismatch';
  const isGone = (what: string) => problem.code === 'launch-part-gone' && problem.what === what;
  const lacksRole = problem.code === 'permissions-missing' && problem.actions.includes('iam:PassRole');
  const groups = machine.securityGroupIds;
  const gone = isGone('security group') && 'id' in problem ? groups.filter((id) => problem.id === id) : [];
  return [
    ...(machine.privateIp !== undefined && (isOpen || problem.code === 'address-in-use')
      ? [{ answer: 'new-address', label: 'A new private address' }]
      : []),
    ...(machine.keyName !== undefined && isGone('key pair')
      ? [
          without(
            'key',
            'Without a key pair',
            'Nobody can log in by that key on the first start; keys that are on the backup’s disk stay.',
          ),
        ]
      : []),
    ...(groups.length > 1 ? gone : []).map((id) =>
      without(
        `group:${id}`,
        `Without ${id}`,
        'What that security group lets in and out, the machine does not have.',
      ),
    ),
    ...(machine.profileArn !== undefined && (isOpen || lacksRole)
      ? [
          without(
            'profile',
            'Without an instance profile',
            'CircleCI on it may do nothing in AWS (S3, builders) until somebody gives it its profile.',
          ),
        ]
      : []),
    ...(isOpen && (machine.volumes ?? []).some(({ ask }) => ask !== undefined)
      ? [
          without(
            'volumes',
            'Volumes as in the image',
            'Its volumes have the type and speed that they had at the time of the backup.',
          ),
        ]
      : []),
    ...(isOpen
      ? [without('tags', 'With the bot’s own tags', 'It gets none of the old machine’s tags.')]
      : []),
  ];
}

function without(what: string, label: string, text: string): QuestionOption {
  return { answer: `without:${what}`, label, confirm: { title: 'Launch it so?', text } };
}

/** The machine as people chose it; undefined for the same one again. */
export function chosenMachine(answer: string, machine: NewMachine): NewMachine | undefined {
  const [kind, value, more] = answer.split(':');
  if (kind === 'new-address') return { ...machine, privateIp: undefined };
  if (kind === 'type' && value !== undefined) return { ...machine, type: value };
  // The private address belongs to its subnet.
  if (kind === 'subnet' && value !== undefined)
    return { ...machine, subnetId: value, zone: more, privateIp: undefined };
  if (kind !== 'without') return undefined;
  switch (value) {
    case 'key':
      return { ...machine, keyName: undefined };
    case 'group':
      return { ...machine, securityGroupIds: machine.securityGroupIds.filter((id) => id !== more) };
    case 'profile':
      return { ...machine, profileArn: undefined };
    case 'volumes':
      return { ...machine, volumes: machine.volumes?.map((one) => ({ ...one, ask: undefined })) };
    case 'tags':
      return { ...machine, tags: ownOnly(machine.tags, machine.volumeTags) };
    default:
      return undefined;
  }
}

/** Its volumes have the bot's tags and those of EXTRA_TAGS alone, the same as the machine has of them. */
function ownOnly(tags: Record<string, string>, volumeTags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => Object.hasOwn(volumeTags, key)));
}

/** What an abort does at this point, for its confirmation; at most 300 characters. */
export function abortMeans(order: Pick<RestoreOrder, 'way'>, done: ReadonlySet<string>): string {
  if (order.way === 'in-place') {
    return done.has('replace-root')
      ? 'The bot stops here and changes nothing more. The root volume may be replaced already; the old one is kept, and the way back to it is shown.'
      : 'The bot stops here. Nothing was changed.';
  }
  const old =
    done.has('fence') || done.has('address')
      ? 'The Elastic IP goes back and the old machine is started again.'
      : 'The old machine was not touched.';
  return done.has('launch')
    ? `The machine that this restore launched is terminated, and its volumes are deleted. ${old}`
    : `What this restore may have launched is removed. ${old}`;
}
