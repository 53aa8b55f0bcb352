import { guarded } from '../../commands/dispatch.ts';
import { requestRestoreFrom, restoring } from '../../commands/restore/request-restore.ts';
import { targetNamed } from '../../core/model/target.ts';
import { faultsIn, readChoices, type TypedChoices } from '../../core/restore/typed-choices.ts';
import { type FormHandler, type FormValues, outOfDate } from '../kit/handler.ts';
import { readMetadata } from '../kit/metadata.ts';
import { boundId, FIELD, OPTION, RESTORE_FORM, restoreMetadata } from './restore.ts';

/** The form of a restore: from what was chosen to a plan that waits for its approval. */
export const restoreFormHandler: FormHandler = {
  callbackId: RESTORE_FORM,
  check({ values }) {
    const { host, type, groups } = faultsIn(typedIn(values));
    const errors = Object.entries({ [FIELD.host]: host, [FIELD.type]: type, [FIELD.groups]: groups });
    const wrong = errors.flatMap(([id, say]) => (say === undefined ? [] : [[id, say] as const]));
    return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
  },
  async handle({ person, values, metadata }, { commands }) {
    const known = readMetadata(restoreMetadata, metadata);
    const { targets } = commands;
    const target = targetNamed(targets, values[FIELD.target]?.chosen ?? known?.target);
    const backupId = values[boundId(FIELD.backup, targets, target?.name)]?.chosen;
    const subnetId = values[boundId(FIELD.subnet, targets, target?.name)]?.chosen;
    const typed = typedIn(values);
    const choices = readChoices(subnetId === undefined ? typed : { ...typed, subnetId });
    if (target === undefined || backupId === undefined || choices === undefined) return outOfDate();
    return guarded(
      restoring,
      async () => target,
      person,
      commands,
      () => requestRestoreFrom(person, target, backupId, choices, commands),
    );
  },
};

function typedIn(values: FormValues): TypedChoices {
  const text = (id: string) => values[id]?.text ?? '';
  const options = values[FIELD.options]?.several ?? [];
  return {
    way: values[FIELD.way]?.chosen ?? '',
    type: text(FIELD.type),
    groups: text(FIELD.groups),
    host: text(FIELD.host),
    reason: text(FIELD.reason),
    keepPrivateIp: options.includes(OPTION.keepIp),
    cutOver: options.includes(OPTION.cutOver),
    removeNomad: options.includes(OPTION.nomad),
    startApp: options.includes(OPTION.startApp),
  };
}
