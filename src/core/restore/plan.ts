import type { Plan, PlanSection } from '../approval/approval.ts';
import type { CatalogueEntry } from '../catalogue/entry.ts';
import { newRunView } from '../run/run-view.ts';
import { counted, durationInWords, listInWords, utcTime } from '../text/words.ts';
import { restoreItems } from './checklist-items.ts';
import type { RestoreFacts } from './choices.ts';
import {
  hostOf,
  type InPlaceOrder,
  type LaunchOrder,
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
      ...changesOnMachine(order, facts),
      ...(order.way === 'replace' ? [cutOverPlan(order, facts)] : []),
      ...(order.way === 'test' ? [isolation(order)] : []),
      lost(order, facts),
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
      `Mode ${mode}; complete; ${entry.verifiedAt === undefined ? 'never restored to see whether it works' : `last checked by a restore at ${entry.verifiedAt}`}`,
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

function launched({ launch, way, backup }: LaunchOrder): PlanSection {
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
  const or = (names: readonly string[]) => listInWords(names).replace(/ and ([^ ]+( \([^)]*\))?)$/, ' or $1');
  return {
    title: 'Where AWS has no room for it, an operator may choose',
    lines: [
      ...(types.length === 0 ? [] : [`The type ${or(types)}`]),
      ...(where.length === 0 ? [] : [`The subnet ${or(where)}, with a new private address`]),
      ...(kept === undefined ? [] : [`A new private address, if ${kept} is taken by then`]),
      ...(types.length + where.length === 0
        ? ['No other type or subnet: it is tried again, or aborted']
        : []),
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

function cutOverPlan(
  { cutOver, old, address, selector }: ReplaceOrder,
  { old: facts }: PlanFacts,
): PlanSection {
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
    ],
  };
}

function forPeople(order: RestoreOrder): PlanSection[] {
  const items = restoreItems(order, {});
  if (items.length === 0) return [];
  return [{ title: 'What people have to do then', lines: items.map(({ title }) => title) }];
}

function unsure(order: RestoreOrder, { seen, old, subnet }: PlanFacts): PlanSection {
  const { way, ssh } = order;
  return {
    title: 'What is not certain',
    tone: 'unsure',
    lines: [
      ...(way === 'in-place' ? [] : ['Whether AWS has room for the machine at that moment']),
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
