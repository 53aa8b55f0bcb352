import type { ResticAccess } from '../../core/model/restic.ts';
import { SHORTEST_SECRET } from '../../core/text/redact.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { given, needed, value } from '../settings/read-setting.ts';
import type { SettingName } from '../settings/settings.ts';
import type { Finding } from './issue.ts';
import { type ReadFile, unreadableInWords } from './read-file.ts';

/** What restic asks of its backends (restic manual, "Environment Variables"); nothing that changes what it does. */
const CREDENTIAL =
  /^(?:AWS|AZURE|B2|GOOGLE|OS|ST|RCLONE)_[A-Z0-9_]{1,60}$|^RESTIC_REST_(?:USERNAME|PASSWORD)$|^HTTPS?_PROXY$/;

/** What the settings of restic say together; undefined where no repository is named. The settings were checked. */
export function resticOf(texts: Texts, readFile: ReadFile): ResticAccess | undefined {
  const repository = value(texts, 'RESTIC_REPOSITORY');
  if (repository === undefined) return undefined;
  const password = readPassword(needed(texts, 'RESTIC_PASSWORD_FILE'), readFile);
  const file = value(texts, 'RESTIC_CREDENTIALS_FILE');
  const environment = file === undefined ? { ok: true as const, value: {} } : readCredentials(file, readFile);
  if (!password.ok || !environment.ok) throw new Error('The files of restic were not checked before');
  const url = value(texts, 'RESTIC_DOWNLOAD_URL');
  return {
    repository,
    password: password.value,
    environment: environment.value,
    path: needed(texts, 'RESTIC_PATH'),
    timeoutMs: needed(texts, 'FILES_TIMEOUT'),
    pruneEveryMs: needed(texts, 'FILES_PRUNE_EVERY'),
    checkWithinMs: needed(texts, 'FILES_CHECK_WITHIN'),
    ...given('uploadLimitKiB', value(texts, 'FILES_UPLOAD_LIMIT')),
    ...given(
      'download',
      url === undefined ? undefined : { url, sha256: needed(texts, 'RESTIC_DOWNLOAD_SHA256') },
    ),
  };
}

/** Files that cannot be read or used: else the next backup would learn of it. */
export function checkRestic(
  texts: Texts,
  readFile: ReadFile,
  where?: (name: SettingName) => string,
): Finding[] {
  const checked = [
    ['RESTIC_PASSWORD_FILE', readPassword],
    ['RESTIC_CREDENTIALS_FILE', readCredentials],
  ] as const;
  return checked.flatMap(([at, read]): Finding[] => {
    const path = value(texts, at);
    const result = path === undefined ? undefined : read(path, readFile);
    if (result === undefined || result.ok) return [];
    return [{ at, text: `the file ${result.why}.`, ...(where === undefined ? {} : { where: where(at) }) }];
  });
}

type Read<T> = { ok: true; value: T } | { ok: false; why: string };

/** Restic takes the blanks around it off as well. */
function readPassword(path: string, readFile: ReadFile): Read<string> {
  const file = readFile(path);
  if (!file.ok) return { ok: false, why: unreadableInWords(file.code) };
  const password = file.text.trim();
  if (password === '') return { ok: false, why: 'is empty: put the repository’s password into it' };
  if (/[\r\n\0]/.test(password)) return { ok: false, why: 'has more than one line: a password is one line' };
  return password.length < SHORTEST_SECRET
    ? { ok: false, why: 'holds a password too short to be kept out of logs: use a longer one' }
    : { ok: true, value: password };
}

/** Lines `NAME=value`; empty ones and those that begin with # say nothing. */
function readCredentials(path: string, readFile: ReadFile): Read<Record<string, string>> {
  const file = readFile(path);
  if (!file.ok) return { ok: false, why: unreadableInWords(file.code) };
  const found: Record<string, string> = {};
  for (const [at, line] of file.text.split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [, name = '', quoted = ''] = /^(?:export )?([A-Z0-9_]+)=(.*)$/.exec(text) ?? [];
    const said = /^(["'])(.*)\1$/.exec(quoted)?.[2] ?? quoted;
    if (!CREDENTIAL.test(name) || said === '' || said.includes('\0'))
      return {
        ok: false,
        why: `says nothing in line ${at + 1} that restic’s backends ask for: write NAME=value, for example AWS_ACCESS_KEY_ID=…`,
      };
    found[name] = said;
  }
  return { ok: true, value: found };
}
