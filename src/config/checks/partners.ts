import type { Texts } from '../settings/raw-settings.ts';
import { SETTINGS, type SettingName } from '../settings/settings.ts';
import { ofTarget } from '../targets-file/check-entries.ts';
import type { TargetEntry } from '../targets-file/targets-file.ts';
import { targetsInWords } from './check.ts';
import type { Finding, Quote } from './issue.ts';

/** Settings of a target that do nothing without another one, or another in its place: accepted alone, they would look as if they did. */
const PARTNERS = [
  ['CIRCLECI_TOKEN', 'CIRCLECI_URL'],
  ['FILES_PATHS', 'SSH_PRIVATE_KEY_FILE'],
  ['RESTIC_REPOSITORY', 'FILES_PATHS', 'DATASTORES'],
  ['RESTIC_REPOSITORY', 'RESTIC_PASSWORD_FILE'],
  ['RESTIC_PASSWORD_FILE', 'RESTIC_REPOSITORY'],
  ['RESTIC_CREDENTIALS_FILE', 'RESTIC_REPOSITORY'],
  ['RESTIC_PATH', 'RESTIC_REPOSITORY'],
  ['RESTIC_DOWNLOAD_URL', 'RESTIC_DOWNLOAD_SHA256'],
  ['RESTIC_DOWNLOAD_SHA256', 'RESTIC_DOWNLOAD_URL'],
  ['RESTIC_DOWNLOAD_URL', 'RESTIC_REPOSITORY'],
  ['FILES_TIMEOUT', 'RESTIC_REPOSITORY'],
  ['FILES_PRUNE_EVERY', 'RESTIC_REPOSITORY'],
  ['FILES_CHECK_WITHIN', 'RESTIC_REPOSITORY'],
  ['FILES_UPLOAD_LIMIT', 'RESTIC_REPOSITORY'],
  ['DATASTORE_TIMEOUT', 'DATASTORES'],
] as const satisfies readonly (readonly [SettingName, SettingName, SettingName?])[];

export function checkPartners(
  texts: Texts,
  entries: readonly TargetEntry[] | undefined,
  quote: Quote,
): Finding[] {
  return PARTNERS.flatMap(([at, partner, instead]) => {
    const has = (own: Texts) =>
      own[partner] !== undefined || (instead !== undefined && own[instead] !== undefined);
    if (has(texts)) return [];
    const remedy = `Set ${partner}, for example ${partner}=${SETTINGS[partner].example}, or remove ${at}.`;
    const text = `set, and ${partner} is not. ${remedy}`;
    if (entries === undefined) return texts[at] === undefined ? [] : [{ at, text }];
    const lacking = entries.filter((entry) => !has(entry.texts) && !entry.unread.includes(partner));
    const own = lacking.filter((entry) => entry.texts[at] !== undefined);
    const others = texts[at] === undefined ? [] : lacking.filter((entry) => !own.includes(entry));
    const ofOthers = `set for all, and ${partner} is not set for ${targetsInWords(others, quote)}. ${remedy}`;
    return [
      ...(others.length === 0 ? [] : [{ at, text: ofOthers }]),
      ...own.map((entry) => ({ at, where: `${ofTarget(entry, quote)} (${entry.place(at)})`, text })),
    ];
  });
}
