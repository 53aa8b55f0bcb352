/** A host key as a machine's console told of it. */
export interface HostKey {
  /** `SHA256:` and 43 characters of base64, as `ssh-keygen -lf` prints it. */
  fingerprint: string;
  /** `ED25519`, `ECDSA`, `RSA`, …; missing where the line does not say it. */
  type?: string;
}

const BEGIN = '-----BEGIN SSH HOST KEY FINGERPRINTS-----';
const END = '-----END SSH HOST KEY FINGERPRINTS-----';

/** SHA-256 in base64 without padding: 43 characters. Anything longer or shorter is no fingerprint. */
const FINGERPRINT = /(?:^|\s)(SHA256:[A-Za-z0-9+/]{43})(?![A-Za-z0-9+/=])(?:.*\(([A-Z0-9-]+)\)\s*$)?/;

/**
 * The host keys that cloud-init printed, between its two lines, e.g. `ec2: 256 SHA256:… root@ip-10-0-0-1 (ED25519)`; each
 * line may come after a time stamp or another program's name. Where there are several blocks the last one with a
 * fingerprint counts: an earlier one is of a boot with other keys. MD5 forms are ignored: nothing compares them any
 * more. Nothing outside a block is looked at, and an empty list says that the console does not tell (yet).
 */
export function hostKeys(console: string): HostKey[] {
  let found: HostKey[] = [];
  let block: HostKey[] | undefined;
  for (const line of console.split(/\r\n|\r|\n/)) {
    if (line.includes(BEGIN)) block = [];
    else if (line.includes(END)) block = undefined;
    else if (block !== undefined) {
      const key = hostKeyIn(line);
      if (key === undefined || block.some(({ fingerprint }) => fingerprint === key.fingerprint)) continue;
      block.push(key);
      found = block;
    }
  }
  return found;
}

function hostKeyIn(line: string): HostKey | undefined {
  const [, fingerprint, type] = FINGERPRINT.exec(line) ?? [];
  if (fingerprint === undefined) return undefined;
  return { fingerprint, ...(type === undefined ? {} : { type }) };
}
