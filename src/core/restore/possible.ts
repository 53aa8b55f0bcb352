import type { Target } from '../model/target.ts';
import type { RestoreChoices, RestoreFacts } from './choices.ts';
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
    (choices.way === 'in-place' ? ofPlace(facts) : ofLaunch(choices, facts))
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

function ofPlace({ old }: RestoreFacts): Impossible | undefined {
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
  return undefined;
}

function ofLaunch(
  choices: RestoreChoices,
  { entry, old, subnet, holder }: RestoreFacts,
): Impossible | undefined {
  const { way, keepPrivateIp, securityGroupIds } = choices;
  const { source } = entry;
  if ((choices.type ?? old?.type ?? source.type) === undefined)
    return { reason: 'Nothing says which instance type the machine had.', next: 'Name one in the form.' };
  if (subnet === undefined) {
    const subnetId = choices.subnetId ?? old?.subnetId ?? source.subnetId;
    return {
      reason:
        subnetId === undefined
          ? 'Nothing says in which subnet the machine was.'
          : `The subnet ${subnetId} does not exist (any more).`,
      next: 'Choose one in the form.',
    };
  }
  if (way === 'test') return ofTest(securityGroupIds, old?.securityGroupIds ?? source.securityGroupIds);
  if (!keepPrivateIp) return undefined;
  if (source.privateIp === undefined)
    return {
      reason: 'The backup does not say which private address the machine had.',
      next: 'Choose a new private address.',
    };
  if (holder !== undefined)
    return {
      reason: `The private address ${source.privateIp} is in use${holder.instanceId === undefined ? '' : ` by ${holder.instanceId}`}. A stopped machine keeps its address; only a terminated one frees it.`,
      next: 'Choose a new private address: the machine’s files are then changed to it.',
    };
  return undefined;
}

function ofTest(chosen: readonly string[], own: readonly string[]): Impossible | undefined {
  if (chosen.length === 0)
    return {
      reason: 'A test needs a security group that keeps it away from everything else.',
      next: 'Make one in EC2 that lets only the bot in (SSH) and nothing out, and name it in the form.',
    };
  const shared = chosen.filter((id) => own.includes(id));
  if (shared.length === 0) return undefined;
  return {
    reason: `${shared.join(', ')} belongs to the real machine: a test in it would not be isolated.`,
    next: 'Name another security group.',
  };
}
