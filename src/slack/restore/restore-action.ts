import { backupsToPick, loadForm, subnetsToPick } from '../../commands/restore/restore.ts';
import { targetNamed } from '../../core/model/target.ts';
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
import { readMetadata } from '../kit/metadata.ts';
import {
  backupOption,
  boundId,
  FIELD,
  RESTORE_BACKUP,
  RESTORE_SUBNET,
  RESTORE_TARGET,
  RESTORE_WAY,
  restoreMetadata,
  restoreView,
} from './restore.ts';

/** What Slack takes in one answer. */
const OPTIONS_MAX = 100;
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
  const known = view === undefined ? undefined : readMetadata(restoreMetadata, view.metadata);
  if (view === undefined || known === undefined) return outOfDate();
  const name = change.target ?? known.target;
  const target = targetNamed(commands.targets, name);
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
    const entries = await backupsToPick(target, text, commands);
    return entries.slice(0, OPTIONS_MAX).map((entry) => backupOption(entry, now));
  },
};

/** Subnets of the VPC in which the machine was. */
export const restoreSubnetOptions: OptionsHandler = {
  actionId: RESTORE_SUBNET,
  async options({ text, metadata, values }, { commands }) {
    const target = targetOf(metadata, values, commands.targets);
    const known = readMetadata(restoreMetadata, metadata);
    if (target === undefined || known === undefined) return [];
    const all = await subnetsToPick(target, known, commands);
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
  const name = values[FIELD.target]?.chosen ?? readMetadata(restoreMetadata, metadata)?.target;
  return targetNamed(targets, name);
}
