import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { type Disk, putFile, textAt } from '../disk/disk.ts';

const KEY = '/etc/ssh/ssh_host_ed25519_key';
const INSTANCE = '/var/lib/cloud/data/instance-id';

export interface KeyPair {
  /** In OpenSSH's form. Secret. */
  privateKey: string;
  /** One line, as in authorized_keys. */
  publicKey: string;
}

/** Of every 256 keys of ssh2 one is spoilt, whose public half begins with a zero byte: those are not taken. */
export function newKeyPair(comment: string): KeyPair {
  for (;;) {
    const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(privateKey) instanceof Error)) return { privateKey, publicKey };
  }
}

/** `SHA256:…` as `ssh-keygen -lf` prints it, of a line of authorized_keys. */
export function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** As cloud-init does it: an instance id that the disk has not seen before gets keys of its own. Tells whether it did. */
export function ensureHostKey(disk: Disk, instanceId: string, hostname: string): boolean {
  if (textAt(disk, INSTANCE)?.trim() === instanceId) return false;
  const { privateKey, publicKey } = newKeyPair(`root@${hostname}`);
  putFile(disk, KEY, privateKey, { mode: 0o600 });
  putFile(disk, `${KEY}.pub`, `${publicKey}\n`);
  putFile(disk, INSTANCE, `${instanceId}\n`);
  return true;
}

export function hostKeyOf(disk: Disk): KeyPair {
  const privateKey = textAt(disk, KEY);
  const publicKey = textAt(disk, `${KEY}.pub`);
  if (privateKey === undefined || publicKey === undefined) throw new Error('The machine has no SSH host key');
  return { privateKey, publicKey: publicKey.trim() };
}
