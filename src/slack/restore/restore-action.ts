import { readingOptions } from '../../commands/base/call-options.ts';
import { loadForm } from '../../commands/restore/restore.ts';
import { matchingBackups } from '../../core/restore/form.ts';
import { isRestoreWay, type RestoreWay } from '../../core/restore/order.ts';
import { cut } from '../../core/text/text.ts';
import {
  type ActionHandler,
  type Click,
  type FormValues,
  type Handling,
  type OptionsHandler,
  outOfDate,
} from '../kit/handler.ts';
import {
  backupOption,
  boundId,
  FIELD,
  RESTORE_BACKUP,
  RESTORE_SUBNET,
  RESTORE_TARGET,
  RESTORE_WAY,
  restoreView,
} from './restore.ts';
import { readMetadata } from './restore-form.ts';

/** What Slack takes in one answer. */
const OPTIONS_MAX = 100;
/** A list that is this old is good enough for somebody who types. */
const FRESH_MS = 60_000;

/** Another target or another way: the form asks for what that needs. */
export const restoreTargetAction: ActionHandler = {
  id: RESTORE_TARGET,
  handle: (click, handling) => refill(click, handling, { target: click.value }),
};

export const restoreWayAction: ActionHandler = {
  id: RESTORE_WAY,
  handle: (click, handling) => refill(click, handling, isRestoreWay(click.value) ? { way: click.value } : {}),
};

async function refill(
  { view }: Click,
  { commands, modals }: Handling,
  change: { target?: string; way?: RestoreWay },
) {
  const known = view === undefined ? undefined : readMetadata(view.metadata);
  if (view === undefined || known === undefined) return outOfDate();
  const name = change.target ?? known.target;
  const target = commands.targets.find((one) => one.name === name);
  // The backup of another target is none of this one's.
  const field = boundId(FIELD.backup, commands.targets, known.target);
  const backupId = change.target === undefined ? view.values[field]?.chosen : undefined;
  const form = await loadForm(target, backupId, commands);
  const way = change.way ?? (change.target === undefined ? known.way : form.way);
  await modals.update(view.id, restoreView({ ...form, way }, known.channelId));
  return 'quiet' as const;
}

/** Backups by a part of their id, age, outcome or note, hundreds of them. */
export const restoreBackupOptions: OptionsHandler = {
  actionId: RESTORE_BACKUP,
  async options({ text, metadata, values }, { commands }) {
    const target = targetOf(metadata, values, commands.targets);
    if (target === undefined) return [];
    const now = commands.clock.now();
    const asOf = now - FRESH_MS;
    const entries = await commands.ec2(target.region).catalogue({ ...readingOptions(), asOf });
    return matchingBackups(entries, target.name, text, now)
      .slice(0, OPTIONS_MAX)
      .map((entry) => backupOption(entry, now));
  },
};

/** Subnets of the VPC in which the machine was. */
export const restoreSubnetOptions: OptionsHandler = {
  actionId: RESTORE_SUBNET,
  async options({ text, metadata, values }, { commands }) {
    const target = targetOf(metadata, values, commands.targets);
    const subnetId = readMetadata(metadata)?.subnetId;
    if (target === undefined || subnetId === undefined) return [];
    const { machines } = commands.ec2(target.region);
    const known = await machines.subnet(subnetId, readingOptions());
    if (known === undefined) return [];
    const all = await machines.subnetsOf(known.vpcId, readingOptions());
    return all
      .map((subnet) => ({
        text: `${subnet.zone}: ${subnet.subnetId}${subnet.name === undefined ? '' : ` ${subnet.name}`}`,
        about: [subnet.cidr, `${subnet.freeAddresses} addresses free`].filter(Boolean).join(', '),
        value: subnet.subnetId,
      }))
      .filter((one) => one.text.toLowerCase().includes(text.toLowerCase()))
      .slice(0, OPTIONS_MAX)
      .map((one) => ({
        text: { type: 'plain_text' as const, text: cut(one.text, 75) },
        description: { type: 'plain_text' as const, text: cut(one.about, 75) },
        value: one.value,
      }));
  },
};

function targetOf<T extends { name: string }>(
  metadata: string,
  values: FormValues,
  targets: readonly T[],
): T | undefined {
  const name = values[FIELD.target]?.chosen ?? readMetadata(metadata)?.target;
  return targets.find((target) => target.name === name);
}
