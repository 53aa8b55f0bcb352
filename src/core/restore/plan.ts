import type { Plan, PlanSection } from '../approval/approval.ts';
import type { CatalogueEntry } from '../catalogue/entry.ts';
import { actorLines } from '../catalogue/machine-actors.ts';
import { newRunView } from '../run/run-view.ts';
import { bytesInWords, counted, durationInWords, listInWords, utcTime } from '../text/words.ts';
import { restoreItems } from './checklist-items.ts';
import type { RestoreFacts } from './choices.ts';
import { retire } from './launch-tags.ts';
import { kindInWords, traitLines } from './machine-source.ts';
import {
  hostOf,
  type InPlaceOrder,
  type LaunchOrder,
  type NewMachine,
  type OldMachine,
  type ReplaceOrder,
  type RestoreOrder,
  type TestOrder,
  wayInWords,
} from './order.ts';
import { changesOnMachine } from './plan-machine.ts';
import { restoreStages } from './stages.ts';

/** What a plan is made from; without a backup on the way back to a former root volume. */
export type PlanFacts = Omit<RestoreFacts, 'entry'> & { entry?: CatalogueEntry };

/** What a restore would do, for those who approve it. Nothing in it depends on what EC2 has not said yet. */
export function restorePlan(order: RestoreOrder, facts: PlanFacts, workflow: string): Plan {
  const { runId, target, region, requester, requestedAt, reason } = order;
  const from = order.backup?.backupId ?? 'its former root volume';
  return {
    action: 'restore',
    target,
    summary: summaryOf(order),
    sections: [
      whatIsRestored(order, facts.entry),
      notProven(order),
      ...(order.way === 'in-place' ? [rootReplaced(order, facts)] : [launched(order), otherPlaces(order)]),
      whoElseActs(order),
      ...changesOnMachine(order, facts),
      ...(order.way === 'replace' ? [cutOverPlan(order, facts)] : []),
      ...(order.way === 'test' ? [isolation(order)] : []),
      lost(order, facts),
      ...(order.way === 'replace' ? [notCarriedOver(order)] : []),
      ...forPeople(order),
      unsure(order, facts),
    ].filter(({ lines }) => lines.length > 0),
    start: {
      workflow,
      input: order,
      view: newRunView(
        {
          runId,
          kind: 'restore',
          target,
          region,
          about: [`from ${from}`, wayInWords(order.way)],
          requester,
          requestedAt,
          ...(reason === '' ? {} : { note: reason }),
        },
        restoreStages(order),
      ),
    },
  };
}

function summaryOf(order: RestoreOrder): string {
  const { target } = order;
  if (order.way === 'replace')
    return `Restore ${target} from ${order.backup.backupId} on a new machine that takes over`;
  if (order.way === 'test')
    return `Restore ${order.backup.backupId} of ${target} on a test machine in isolation`;
  const { backup, root } = order;
  if (backup !== undefined)
    return `Restore ${target} from ${backup.backupId} in place: its root volume is replaced`;
  const volume = 'volumeId' in root ? ` ${root.volumeId}` : '';
  return `Go back to the former root volume${volume} of ${target}`;
}

function whatIsRestored(
  { backup, requestedAt }: RestoreOrder,
  entry: CatalogueEntry | undefined,
): PlanSection {
  if (backup === undefined || entry === undefined) return { title: 'What is restored', lines: [] };
  const { backupId, imageId, createdAt } = backup;
  const mode = entry.mode === 'live' ? 'live (the machine was not stopped for it)' : entry.mode;
  return {
    title: 'What is restored',
    lines: [
      `${backupId} (${imageId}) of ${utcTime(createdAt)}, ${durationInWords(requestedAt - createdAt)} old`,
      `Mode ${mode}; complete; ${entry.verifiedAt === undefined ? 'never restored to see whether it works' : `last checked by a restore at ${utcTime(entry.verifiedAt)}`}`,
      ...(backup.note === undefined ? [] : [`Note: ${backup.note}`]),
    ],
  };
}

/** What the person who approves has to know first: it may be the data of somebody else. */
function notProven({ backup, target }: RestoreOrder): PlanSection {
  const { unproven = [] } = backup ?? {};
  return {
    title: `Not proven to be a backup of ${target}`,
    tone: 'danger',
    lines:
      unproven.length === 0
        ? []
        : [...unproven, 'What is restored may be another machine’s: compare the ids first'],
  };
}

/** In place and at the cut-over the machine restarts or stops, and not everybody takes that for what it is. */
function whoElseActs({ way, old }: RestoreOrder): PlanSection {
  const { actors = [], instanceId = '' } = old ?? {};
  const isStopped = way === 'replace';
  return {
    title: isStopped
      ? 'Who else acts on the old machine, which this stops'
      : 'Who else acts on the machine, which this restarts',
    tone: 'danger',
    lines: way === 'test' ? [] : actorLines(actors, instanceId),
  };
}

/** What the new machine will not have of the old one’s, although nobody may have meant that. */
function notCarriedOver({ launch }: ReplaceOrder): PlanSection {
  const { traits = {}, tags = [], unkept = 0 } = launch.lacks ?? {};
  return {
    title: 'What the new machine does not have of the old one',
    tone: 'unsure',
    lines: [
      ...traitLines(traits),
      ...(tags.length === 0
        ? []
        : [
            `Without ${counted(tags.length, 'tag')} of the old machine, for EC2 allows 50: ${listInWords(tags)}`,
          ]),
      ...(unkept === 0 ? [] : [`${counted(unkept, 'tag')} for which the backup’s own tags had no room`]),
    ],
  };
}

/** Which kind of public address it gets, as far as that was looked at. */
function publicSide({ launch, address, backup }: LaunchOrder): string {
  const until = address === undefined ? '' : ` until the Elastic IP ${address.publicIp} moves to it`;
  const other =
    backup.publicIp === undefined || address !== undefined ? '' : `, another one than ${backup.publicIp}`;
  switch (launch.publicAddress) {
    case true:
      return `With a public address of its own${other}${until}`;
    case false:
      return `Without a public address${until}`;
    default:
      return `With a public address only if the subnet gives one${until}: EC2 did not tell`;
  }
}

function volumesInWords(launch: NewMachine): string[] {
  const { volumes = [] } = launch;
  if (volumes.length === 0) return [];
  const said = volumes.map((one) => {
    const size = one.bytes === undefined ? '' : `, ${bytesInWords(one.bytes)}`;
    return `${one.device}${size}, ${kindInWords(one)}`;
  });
  return [`Volumes: ${said.join('; ')}`];
}

function launched(order: LaunchOrder): PlanSection {
  const { launch, way, backup } = order;
  const { type, subnetId, zone, securityGroupIds, keyName, profileArn, privateIp } = launch;
  return {
    title: 'What is launched',
    lines: [
      `A machine ${type} in ${subnetId}${zone === undefined ? '' : ` (${zone})`} from ${backup.imageId}`,
      privateIp === undefined
        ? 'With a new private address'
        : `With the old private address ${privateIp}, which is free`,
      `Security groups ${listInWords(securityGroupIds) || 'of the VPC’s default'}`,
      `${keyName === undefined ? 'No key pair' : `Key pair ${keyName}`}, ${profileArn === undefined ? 'no instance profile' : `instance profile ${profileArn}`}`,
      publicSide(order),
      ...volumesInWords(launch),
      'Without user data, protected from termination',
      ...(way === 'test' ? ['It costs what such a machine costs until somebody removes it'] : []),
    ],
  };
}

/** What may be chosen later without another approval. */
function otherPlaces({ launch }: LaunchOrder): PlanSection {
  const { types, subnets } = launch.others;
  const kept = launch.privateIp;
  const where = subnets.map(({ subnetId, zone }) => `${subnetId} (${zone})`);
  return {
    title: 'Where AWS has no room for it, an operator may choose',
    lines: [
      ...(types.length === 0 ? [] : [`The type ${listInWords(types, 'or')}`]),
      ...(where.length === 0 ? [] : [`The subnet ${listInWords(where, 'or')}, with a new private address`]),
      ...(kept === undefined ? [] : [`A new private address, if ${kept} is taken by then`]),
      ...(types.length + where.length === 0
        ? ['No other type or subnet: it is tried again, or aborted']
        : []),
      'Where EC2 refuses a part of it: without that key pair, security group, instance profile or speed of a volume, or without the old machine’s tags',
      'Anything else needs another approval',
    ],
  };
}

function rootReplaced({ old, root }: InPlaceOrder, { entry }: PlanFacts): PlanSection {
  const from = 'volumeId' in root ? root.volumeId : root.imageId;
  const others = Math.max(0, Object.keys(entry?.snapshots ?? {}).length - 1);
  return {
    title: 'What is replaced',
    lines: [
      `The root volume ${old.rootVolumeId ?? ''} of ${old.instanceId}, by ${from}; the machine restarts`,
      'The former root volume is kept and named: it is the way back, by a button',
      'Instance id, addresses, security groups and profile stay as they are',
      ...(others === 0
        ? []
        : [
            `${counted(others, 'other volume')} of the backup ${others === 1 ? 'is' : 'are'} not restored: they stay as they are now`,
          ]),
    ],
  };
}

/** A machine with as many tags as EC2 allows takes no more. */
function unmarked({ runId, backup, selector }: ReplaceOrder, { tags }: OldMachine): string[] {
  const { left = [] } = retire({ runId, backupId: backup.backupId, selector, source: tags });
  return left.length === 0
    ? []
    : [`The old machine has as many tags as EC2 allows: it is not marked with ${listInWords(left)}`];
}

function cutOverPlan(order: ReplaceOrder, { old: facts }: PlanFacts): PlanSection {
  const { cutOver, old, address, selector } = order;
  const isRunning = facts?.state === 'running';
  return {
    title:
      cutOver === 'planned'
        ? 'Cut-over, without asking again'
        : 'Cut-over, once somebody presses a second button',
    tone: 'danger',
    lines: [
      old === undefined
        ? 'There is no old machine any more'
        : isRunning
          ? `The old machine ${old.instanceId} is stopped. It is not touched before, and never terminated`
          : `The old machine ${old.instanceId} is ${old.state} already, and stays so`,
      address === undefined
        ? 'No Elastic IP moves: DNS has to follow by hand'
        : `The Elastic IP ${address.publicIp} moves to the new machine`,
      ...(old === undefined ? [] : unmarked(order, old)),
      selector.by === 'tag'
        ? `The tag ${selector.key}=${selector.value} goes to the new machine`
        : `SERVICES_INSTANCE names ${selector.id}: somebody has to change it`,
      isRunning
        ? 'If a step of it fails, it is undone: the address goes back, the old machine is started again'
        : 'If a step of it fails, it is undone',
    ],
  };
}

function isolation({ launch, startApp }: TestOrder): PlanSection {
  return {
    title: 'Isolation',
    lines: [
      `The machine is in ${listInWords(launch.securityGroupIds)} alone and has no instance profile`,
      'It never takes over, and the real machine is not touched',
      ...(startApp ? ['The application is started: it reaches whatever those security groups let out'] : []),
    ],
  };
}

function lost({ way, backup, requestedAt, old }: RestoreOrder, facts: PlanFacts): PlanSection {
  if (way === 'test') return { title: 'What is lost', lines: ['Nothing'] };
  const since =
    backup === undefined
      ? undefined
      : `Everything in CircleCI since ${utcTime(backup.createdAt)}: ${durationInWords(requestedAt - backup.createdAt)} of builds, settings and secrets`;
  const running = facts.old?.state === 'running' && way === 'replace' && old !== undefined;
  return {
    title: 'What is lost',
    tone: 'danger',
    lines: [
      ...(since === undefined ? ['Everything in CircleCI since the root volume was replaced'] : [since]),
      'Builds that were running then may show “Running” for ever: they can be cleaned up afterwards',
      ...(running ? ['What happens until the cut-over is lost as well'] : []),
      ...(old === undefined ? leftVolumes(backup) : []),
    ],
  };
}

/** A machine that is gone may have left its volumes: those of a standard install outlive it. */
function leftVolumes(backup: RestoreOrder['backup']): string[] {
  const volumes = backup?.volumes ?? [];
  if (volumes.length === 0) return [];
  const named = volumes.slice(0, 10).map(({ volumeId, device }) => `${volumeId} (${device})`);
  const more = volumes.length - named.length;
  return [
    `Look first whether EC2 still has ${listInWords([...named, ...(more > 0 ? [`${more} more`] : [])])} of the old machine: what came after the backup is there`,
  ];
}

function forPeople(order: RestoreOrder): PlanSection[] {
  const items = restoreItems(order, {});
  if (items.length === 0) return [];
  return [{ title: 'What people have to do then', lines: items.map(({ title }) => title) }];
}

/** What AWS gives to a network interface without a quota that somebody has raised. */
const USUAL_GROUPS = 5;

function unsure(order: RestoreOrder, { seen, old, subnet, fit }: PlanFacts): PlanSection {
  const { way, ssh, launch } = order;
  const groups = launch?.securityGroupIds.length ?? 0;
  return {
    title: 'What is not certain',
    tone: 'unsure',
    lines: [
      ...(way === 'in-place' ? [] : ['Whether AWS has room for the machine at that moment']),
      ...(fit !== undefined && 'trouble' in fit
        ? [`Whether the backup’s image runs on ${launch?.type}: ${fit.trouble}`]
        : []),
      ...(groups > USUAL_GROUPS
        ? [`Whether the account allows ${groups} security groups on one machine: ${USUAL_GROUPS} are usual`]
        : []),
      ...(way !== 'test' && order.old !== undefined
        ? ['Whether an alarm or a tool that the bot cannot see starts, stops or replaces the machine']
        : []),
      ...(way !== 'in-place' && subnet === undefined
        ? ['Whether the subnet is still there: EC2 does not show it']
        : []),
      ...(ssh
        ? ['Whether the machine shows its host keys on its console; if not, somebody has to confirm one']
        : ['Whether the application works: without SSH it is only seen from outside']),
      ...('trouble' in seen
        ? ['What is in the backup: nobody looked into it beforehand']
        : ['What is on the machine now may differ from what is in the backup']),
      ...(way === 'replace' && old?.state === 'running'
        ? [
            'Both machines run from the start of the new one to the cut-over; two at once can damage build data that they share',
          ]
        : []),
      ...(hostOf(order) === undefined ? ['Under which host CircleCI answers: set CIRCLECI_URL'] : []),
    ],
  };
}
