import { listInWords } from '../text/words.ts';
import type { Checklist, ChecklistAction, ChecklistItem } from './checklist.ts';
import { hasOriginals, type RestoreOutcome } from './end.ts';
import { hostOf, type RestoreOrder, schemeOf } from './order.ts';

/** What of a restore only people can do. The plan shows the same items before it is approved. */
export function restoreItems(
  order: RestoreOrder,
  now: { instanceId?: string; privateIp?: string; publicIp?: string },
  { mentioned = [], hostKey }: { mentioned?: readonly string[]; hostKey?: string } = {},
): ChecklistItem[] {
  if (order.way === 'test') return [];
  const { backup, address, old, selector } = order;
  const host = hostOf(order);
  const base = `${schemeOf(order)}://${host ?? 'HOST'}`;
  const privateIp = now.privateIp ?? 'the new private address';
  const isMoved = order.way === 'replace';
  const kept = order.launch?.privateIp;
  // Another zone or a taken address can come between: what the machine has now counts.
  const hasNewPrivate = isMoved && (kept === undefined || (now.privateIp ?? kept) !== kept);
  return [
    item(
      'settings',
      'Look at the settings page',
      [`The host name there must be ${host ?? 'the one people use'}.`],
      ...(host === undefined ? [] : [`https://${host}:8800/settings`]),
    ),
    item('oauth', `${order.newHost === undefined ? 'Check' : 'Change'} the GitHub OAuth application`, [
      `Homepage URL: ${base}`,
      `Authorization callback URL: ${base}/auth/github`,
      'In GitHub: Settings, Developer settings, OAuth Apps; of an organization: its settings. There is no API for it.',
    ]),
    ...(isMoved && address === undefined
      ? [
          item('dns', `Point DNS at the new machine`, [
            `${host ?? 'The host name'} must lead to ${now.publicIp ?? privateIp}. There is no Elastic IP that could move.`,
          ]),
        ]
      : []),
    ...(hasNewPrivate
      ? [
          item('builders', 'Tell Nomad clients and builders the new address', [
            `Nomad clients: servers = ["${privateIp}:4647"] in place of ${backup?.privateIp ?? old?.privateIp ?? 'the old address'}; replace them, or change their launch configuration.`,
            'Builders of 1.x: SERVICES_PRIVATE_IP.',
          ]),
        ]
      : []),
    ...(isMoved && selector.by === 'id'
      ? [
          item('instance', 'Name the new machine in the bot’s settings', [
            `SERVICES_INSTANCE=${now.instanceId ?? 'the new machine’s id'} in place of ${selector.id}; then start the bot again. Until then it backs up nothing.`,
          ]),
        ]
      : []),
    ...(isMoved && hostKey !== undefined
      ? [
          item('host-key', 'Put the new machine’s host key into the bot’s settings', [
            `SSH_HOST_KEY=${hostKey} in place of the old machine’s; then start the bot again. Until then the bot knows it from this restore.`,
          ]),
        ]
      : []),
    ...(mentioned.length === 0
      ? []
      : [
          item('files', 'Look at files that hold the old address or host', [
            `${listInWords(mentioned.slice(0, 10))}${mentioned.length > 10 ? ` and ${mentioned.length - 10} more` : ''}. The restore’s thread says which lines.`,
          ]),
        ]),
    item('build', 'Run a build', ['Push to a project that matters, and see the build through to its end.']),
    ...(isMoved && old !== undefined
      ? [
          item('old-machine', 'Decide what becomes of the old machine', [
            `${old.instanceId} is kept, stopped. Once you are sure, terminate it by hand: the bot never does.`,
          ]),
        ]
      : []),
  ];
}

function item(key: string, title: string, lines: string[], link?: string): ChecklistItem {
  return { key, title, lines, ...(link === undefined ? {} : { link }) };
}

/** The list that a restore leaves behind; undefined where nothing is left to do. */
export function restoreChecklist(
  order: RestoreOrder,
  outcome: RestoreOutcome,
  at: number,
  more: {
    mentioned: readonly string[];
    builds?: Checklist['builds'];
    /** Of the machine, where the configuration names the old one's. */
    hostKey?: string;
  },
): Checklist | undefined {
  const actions = actionsOf(order, outcome, more.builds);
  const items = outcome.kind === 'restored' ? restoreItems(order, outcome, more) : [];
  if (items.length === 0 && actions.length === 0) return undefined;
  return {
    runId: order.runId,
    target: order.target,
    channel: order.channel,
    requester: order.requester,
    ...instanceOf(order, outcome),
    title: titleOf(order, outcome),
    items,
    actions,
    ...(actions.includes('cleanup') && more.builds !== undefined ? { builds: more.builds } : {}),
    ...(actions.includes('remove-originals') ? { originals: [...outcome.originals] } : {}),
    madeAt: at,
    reminders: 0,
  };
}

function instanceOf({ old, way }: RestoreOrder, { instanceId }: RestoreOutcome): { instanceId?: string } {
  const id = instanceId ?? (way === 'in-place' ? old?.instanceId : undefined);
  return id === undefined ? {} : { instanceId: id };
}

function actionsOf(
  order: RestoreOrder,
  outcome: RestoreOutcome,
  builds: Checklist['builds'],
): ChecklistAction[] {
  const { kind, done } = outcome;
  const hasOldRoot =
    order.way === 'in-place' && order.old?.rootVolumeId !== undefined && done.includes('root');
  return [
    ...(hasOldRoot ? ['way-back' as const] : []),
    ...(order.way === 'test' && kind === 'restored' ? ['remove-test' as const] : []),
    ...(kind === 'not cut over' ? ['remove-test' as const] : []),
    ...(builds !== undefined && builds.count !== 0 && kind === 'restored' ? ['cleanup' as const] : []),
    ...(hasOriginals(order, outcome) ? ['remove-originals' as const] : []),
  ];
}

function titleOf(order: RestoreOrder, { kind, instanceId }: RestoreOutcome): string {
  const id = instanceId ?? order.old?.instanceId ?? 'the machine';
  if (kind !== 'restored') {
    return order.way === 'in-place'
      ? `${order.target}: the former root volume is kept`
      : `${id} is kept beside ${order.target}`;
  }
  if (order.way === 'test') return `The test machine ${id} of ${order.target} runs until somebody removes it`;
  return `${order.target} runs on ${id}: this is left for people`;
}
