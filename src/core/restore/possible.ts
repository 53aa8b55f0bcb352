import { fittingBeside } from '../catalogue/tag-limits.ts';
import { TAG } from '../catalogue/tags.ts';
import type { MachineVolume } from '../model/machine-facts.ts';
import type { Target } from '../model/target.ts';
import { counted, listInWords } from '../text/words.ts';
import type { RestoreChoices, RestoreFacts } from './choices.ts';
import { sourceMachine } from './machine-source.ts';
import { whyNotRestorable } from './refusal.ts';

export interface Impossible {
  reason: string;
  next: string;
}

const BY_HAND = 'To go on without the bot: restore with --by-hand spells the steps out.';

/** Why these choices cannot become a plan; undefined where they can. The words are a person's: `reason` ends with a stop. */
export function whyImpossible(
  target: Target,
  choices: RestoreChoices,
  facts: RestoreFacts,
): Impossible | undefined {
  return (
    ofBackup(target, facts) ??
    ofAccess(target, choices) ??
    (choices.way === 'in-place' ? ofPlace(target, facts) : ofLaunch(choices, facts))
  );
}

function ofBackup(target: Target, { entry }: RestoreFacts): Impossible | undefined {
  if (entry.target !== target.name) {
    return {
      reason: `${entry.backupId} is a backup of ${entry.target}, not of ${target.name}.`,
      next: `Choose a backup of ${target.name}.`,
    };
  }
  const why = whyNotRestorable(entry);
  return why === undefined
    ? undefined
    : { reason: `${why}.`, next: `Choose a complete one from the list. ${BY_HAND}` };
}

function ofAccess(target: Target, { way }: RestoreChoices): Impossible | undefined {
  if (target.ssh !== undefined || way === 'in-place') return undefined;
  return {
    reason: `The bot has no SSH key for ${target.name}, and a new machine’s files must be changed.`,
    next: `Set SSH_PRIVATE_KEY_FILE (and SSH_USER) and start the bot again, or restore in place. ${BY_HAND}`,
  };
}

/** The tags by which a former root volume is found again; `noRoomFor` counts them before anybody approves. */
const ROOT_TAGS = { Name: '', [TAG.rootOf]: '', [TAG.replacedBy]: '', [TAG.replacedAt]: '' };

/** Why the root volume cannot be named before it is replaced; undefined where it can. */
export function noRoomOn(
  volume: Pick<MachineVolume, 'volumeId' | 'tags'> | undefined,
): Impossible | undefined {
  if (volume === undefined) return undefined;
  const { left } = fittingBeside(volume.tags, ROOT_TAGS);
  if (left.length === 0) return undefined;
  return {
    reason: `The root volume ${volume.volumeId} has so many tags that the ones that lead back to it find no room: EC2 allows 50, and ${listInWords(left)} ${left.length === 1 ? 'is' : 'are'} missing.`,
    next: `Take ${counted(left.length, 'tag')} off it that nobody needs, or choose a new machine that takes over.`,
  };
}

function ofPlace({ ssh }: Target, { old, volumes }: RestoreFacts): Impossible | undefined {
  if (old === undefined)
    return {
      reason: 'There is no machine any more whose root volume could be replaced.',
      next: 'Choose a new machine that takes over.',
    };
  if (old.state !== 'running')
    return {
      reason: `EC2 replaces the root volume of a running machine, and ${old.instanceId} is ${old.state}.`,
      next: 'Start it first, or choose a new machine that takes over.',
    };
  if (old.rootVolumeId === undefined)
    return {
      reason: `${old.instanceId} has no root volume that EC2 shows.`,
      next: 'Choose a new machine that takes over.',
    };
  if (ssh?.address === 'public' && old.publicIp === undefined)
    return {
      reason: `The bot logs in at the public address (SSH_ADDRESS=public), and ${old.instanceId} has none.`,
      next: 'Set SSH_ADDRESS=private if the bot is in the same network, and start it again; or choose a new machine that takes over, which gets one.',
    };
  return noRoomOn(volumes?.find(({ volumeId }) => volumeId === old.rootVolumeId));
}

function ofLaunch(
  choices: RestoreChoices,
  { entry, old, subnet, holder, fit }: RestoreFacts,
): Impossible | undefined {
  const { way, keepPrivateIp, securityGroupIds } = choices;
  const source = sourceMachine(entry, old);
  const type = choices.type ?? source.type;
  if (type === undefined)
    return { reason: 'Nothing says which instance type the machine had.', next: 'Name one in the form.' };
  if (fit !== undefined && 'unfit' in fit)
    return {
      reason: `${type} cannot be used: ${fit.unfit}.`,
      next: 'Name another instance type in the form.',
    };
  if (subnet === undefined) {
    const subnetId = choices.subnetId ?? source.subnetId;
    const place = [source.zone, source.vpcId].filter(Boolean).join(', ');
    return {
      reason:
        subnetId === undefined
          ? 'Nothing says in which subnet the machine was.'
          : `The subnet ${subnetId} does not exist (any more).`,
      next: `Choose one in the form${place === '' ? '' : ` (the machine was in ${place})`}.`,
    };
  }
  if (way === 'test') return ofTest([...new Set(securityGroupIds)], source.securityGroupIds);
  if (!keepPrivateIp) return undefined;
  const { privateIp } = entry.source;
  if (privateIp === undefined)
    return {
      reason: 'The backup does not say which private address the machine had.',
      next: 'Choose a new private address.',
    };
  if (holder !== undefined)
    return {
      reason: `The private address ${privateIp} is in use${holder.instanceId === undefined ? '' : ` by ${holder.instanceId}`}. A stopped machine keeps its address; only a terminated one frees it.`,
      next: 'Choose a new private address: the machine’s files are then changed to it.',
    };
  return undefined;
}

/** Of a network interface, whatever the account's quota (VPC user guide, quotas); 5 where nobody has raised it. */
const MOST_GROUPS = 16;

function ofTest(chosen: readonly string[], own: readonly string[]): Impossible | undefined {
  if (chosen.length === 0)
    return {
      reason: 'A test needs a security group that keeps it away from everything else.',
      next: 'Make one in EC2 that lets only the bot in (SSH) and nothing out, and name it in the form.',
    };
  if (chosen.length > MOST_GROUPS)
    return {
      reason: `AWS allows ${MOST_GROUPS} security groups on one machine at most, and ${chosen.length} are named.`,
      next: 'Name fewer in the form.',
    };
  const shared = chosen.filter((id) => own.includes(id));
  if (shared.length === 0) return undefined;
  return {
    reason: `${shared.join(', ')} belongs to the real machine: a test in it would not be isolated.`,
    next: 'Name another security group.',
  };
}
