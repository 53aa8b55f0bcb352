import { createHash } from 'node:crypto';
import type { SshAccess } from '../../core/model/ssh-access.ts';
import { trimEndOf } from '../../core/text/text.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { needed, value } from '../settings/read-setting.ts';
import type { SettingName } from '../settings/settings.ts';
import type { Finding } from './issue.ts';
import { readPrivateKey } from './private-key.ts';
import { type ReadFile, unreadableInWords } from './read-file.ts';

/** What the SSH settings say together; undefined where no key is named. The settings were checked. */
export function sshOf(texts: Texts, readFile: ReadFile): SshAccess | undefined {
  const path = value(texts, 'SSH_PRIVATE_KEY_FILE');
  if (path === undefined) return undefined;
  const file = readFile(path);
  const read = file.ok ? readPrivateKey(file.text) : undefined;
  if (!read?.ok) throw new Error('SSH_PRIVATE_KEY_FILE was not checked before it was used');
  return {
    user: needed(texts, 'SSH_USER'),
    port: needed(texts, 'SSH_PORT'),
    privateKey: read.key,
    hostKeys: (value(texts, 'SSH_HOST_KEY') ?? []).map(fingerprintOf),
    address: needed(texts, 'SSH_ADDRESS'),
  };
}

/** A key that cannot be read or used: the bot would learn of it on the night of a restore. */
export function checkSsh(texts: Texts, readFile: ReadFile, where?: (name: SettingName) => string): Finding[] {
  const at = 'SSH_PRIVATE_KEY_FILE';
  const path = value(texts, at);
  if (path === undefined) return [];
  const file = readFile(path);
  const read = file.ok ? readPrivateKey(file.text) : undefined;
  if (read?.ok) return [];
  const text = `the file ${file.ok ? (read?.why ?? '') : unreadableInWords(file.code)}.`;
  return [{ at, text, ...(where === undefined ? {} : { where: where(at) }) }];
}

/** A public key as `ssh-keyscan` or a `.pub` file has it becomes its fingerprint. */
export function fingerprintOf(key: string): string {
  if (key.startsWith('SHA256:')) return trimEndOf(key, '=');
  const [, base64 = ''] = key.split(' ');
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return `SHA256:${trimEndOf(hash, '=')}`;
}
