import { findBackup } from '../../commands/base/find-backup.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { guarded } from '../../commands/dispatch.ts';
import { whyElsewhere } from '../../commands/restore/backup-elsewhere.ts';
import { requestRestore } from '../../commands/restore/request-restore.ts';
import { restore } from '../../commands/restore/restore.ts';
import type { RestoreChoices } from '../../core/restore/choices.ts';
import { isRestoreWay, type RestoreWay } from '../../core/restore/order.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { type FormHandler, type FormValues, outOfDate } from '../kit/handler.ts';
import { boundId, FIELD, OPTION, RESTORE_FORM, type RestoreMetadata } from './restore.ts';

const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const GROUP = /^sg-[0-9a-f]{8,17}$/;
const TYPE = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;

/** The form of a restore: from what was chosen to a plan that waits for its approval. */
export const restoreFormHandler: FormHandler = {
  callbackId: RESTORE_FORM,
  check({ values }) {
    const errors = {
      ...wrong(
        FIELD.host,
        values,
        (text) => HOST.test(text),
        'A bare host name, for example ci2.example.com',
      ),
      ...wrong(FIELD.type, values, (text) => TYPE.test(text), 'An instance type, for example m5.2xlarge'),
      ...wrong(
        FIELD.groups,
        values,
        (text) => groupsIn(text).every((id) => GROUP.test(id)),
        'Ids like sg-0123456789abcdef0, separated by commas',
      ),
    };
    return Object.keys(errors).length === 0 ? undefined : errors;
  },
  async handle({ person, values, metadata }, { commands }) {
    const known = readMetadata(metadata);
    const target = commands.targets.find(
      ({ name }) => name === (values[FIELD.target]?.chosen ?? known?.target),
    );
    const { targets } = commands;
    const backupId = values[boundId(FIELD.backup, targets, target?.name)]?.chosen;
    const choices = choicesIn(values, boundId(FIELD.subnet, targets, target?.name));
    if (target === undefined || backupId === undefined || choices === undefined) return outOfDate();
    return guarded(
      { ...restore, permission: 'operator' },
      async () => target,
      person,
      commands,
      async () => {
        const found = await findBackup(backupId, commands, target.region);
        if (found === undefined) {
          return {
            view: 'refusal',
            reason: `There is no backup ${backupId} in ${target.region} (any more). Nothing was done.`,
            usage: `${COMMAND} list`,
          };
        }
        const why = whyElsewhere(found, target, commands);
        if (why !== undefined) {
          return {
            view: 'refusal',
            reason: `${why.reason} Nothing was done.`,
            next: why.next,
            usage: `${COMMAND} list ${target.name}`,
          };
        }
        return requestRestore(person, target, found.entry, choices, commands);
      },
    );
  },
};

function wrong(
  id: string,
  values: FormValues,
  isGood: (text: string) => boolean,
  say: string,
): Record<string, string> {
  const text = textIn(values, id);
  return text === '' || isGood(text) ? {} : { [id]: say };
}

function textIn(values: FormValues, id: string): string {
  return oneLine(values[id]?.text ?? '');
}

function groupsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** Undefined where the form is another version's. */
function choicesIn(values: FormValues, subnetField: string): RestoreChoices | undefined {
  const way = values[FIELD.way]?.chosen ?? '';
  if (!isRestoreWay(way)) return undefined;
  const options = values[FIELD.options]?.several ?? [];
  const type = textIn(values, FIELD.type);
  const subnetId = values[subnetField]?.chosen;
  const newHost = textIn(values, FIELD.host).toLowerCase();
  return {
    way,
    securityGroupIds: way === 'test' ? groupsIn(textIn(values, FIELD.groups)) : [],
    keepPrivateIp: options.includes(OPTION.keepIp),
    cutOver: options.includes(OPTION.cutOver) ? 'planned' : 'asked',
    removeNomad: way !== 'in-place' && options.includes(OPTION.nomad),
    startApp: way !== 'test' || options.includes(OPTION.startApp),
    reason: cut(textIn(values, FIELD.reason), 250),
    ...(type === '' ? {} : { type }),
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(newHost === '' ? {} : { newHost }),
  };
}

/** What a form of this version remembers; undefined for any other text. */
export function readMetadata(text: string): RestoreMetadata | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== 'object' || data === null) return undefined;
    const { channelId, target, subnetId, way } = data as Record<string, unknown>;
    if (typeof channelId !== 'string' || typeof way !== 'string' || !isRestoreWay(way)) return undefined;
    return {
      channelId,
      way: way satisfies RestoreWay,
      ...(typeof target === 'string' ? { target } : {}),
      ...(typeof subnetId === 'string' ? { subnetId } : {}),
    };
  } catch {
    return undefined;
  }
}
