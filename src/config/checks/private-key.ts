import { createPrivateKey, type KeyObject } from 'node:crypto';

/** A private key as the SSH client reads it, or why it cannot, as the end of a sentence that begins with “the file”. */
export type ReadKey = { ok: true; key: string } | { ok: false; why: string };

const CONVERT = 'ssh-keygen -p -N "" -f COPY';
const NO_PASSPHRASE = `needs a passphrase, and nobody is there to type it. Use a copy without one: ${CONVERT}`;
const DAMAGED =
  'is a private key that is damaged or cut off. Copy it again, whole, with its first and its last line';
const DSA = 'holds a DSA key, which SSH servers no longer take. Make another one: ssh-keygen -t ed25519';
const KINDS = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'];
/** What ssh2 reads of them, by Node's names. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const MAGIC = 'openssh-key-v1\0';

/**
 * Reads a private key in the forms in which people have them: OpenSSH's, PEM of RSA and EC, and PKCS#8, which is converted. Line ends
 * of other systems, and line ends written as `\n` in one line, are put right.
 */
export function readPrivateKey(text: string): ReadKey {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\\n/g, '\n')
    .replace(/\r\n?/g, '\n')
    .trim();
  if (lines === '') return no('is empty');
  if (lines.startsWith('PuTTY-User-Key-File-'))
    return no('is in PuTTY’s format. Convert it: puttygen FILE -O private-openssh -o NEW');
  if (/^(?:ssh-|ecdsa-|sk-)\S+ |^-{4,5} ?BEGIN (?:SSH2 |RSA )?PUBLIC KEY/.test(lines))
    return no('holds a public key. Name the file of the private one, usually the same name without .pub');
  const [, label = ''] = /^-----BEGIN ([A-Z0-9 ]{1,40})-----\n/.exec(lines) ?? [];
  if (!label.endsWith('PRIVATE KEY')) return no('holds no private key in OpenSSH’s or PEM’s form');
  if (!lines.endsWith(`\n-----END ${label}-----`)) return no(DAMAGED);
  if (label.startsWith('ENCRYPTED') || /^Proc-Type: .*ENCRYPTED/m.test(lines)) return no(NO_PASSPHRASE);
  if (label.startsWith('DSA')) return no(DSA);
  return label === 'OPENSSH PRIVATE KEY' ? readOpenSsh(lines) : readPem(lines, label);
}

function no(why: string): ReadKey {
  return { ok: false, why };
}

function readOpenSsh(lines: string): ReadKey {
  const bytes = Buffer.from(lines.split('\n').slice(1, -1).join(''), 'base64');
  const fields = fieldsOf(bytes.subarray(MAGIC.length));
  const [cipher, , , , publicKey, ...more] = fields ?? [];
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || cipher === undefined || publicKey === undefined)
    return no(DAMAGED);
  if (cipher.toString('latin1') !== 'none') return no(NO_PASSPHRASE);
  const secret = more[0];
  const kind = fieldsOf(publicKey)?.[0]?.toString('latin1') ?? '';
  if (kind === 'ssh-dss') return no(DSA);
  if (kind.startsWith('sk-'))
    return no('holds a key that needs a security device, and nobody is there to touch it');
  // Two equal numbers begin the secret part, to see that it was deciphered.
  if (!KINDS.includes(kind) || secret === undefined || !secret.subarray(0, 4).equals(secret.subarray(4, 8)))
    return no(DAMAGED);
  return { ok: true, key: `${lines}\n` };
}

/**
 * The strings of SSH's wire format (RFC 4251, section 5), each behind its length. Of an OpenSSH key the fourth is the number of keys,
 * which stands alone. Undefined where a length leads beyond the end.
 */
function fieldsOf(bytes: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = fields.length === 3 && bytes.readUInt32BE(at) === 1 ? 0 : bytes.readUInt32BE(at);
    const end = at + 4 + length;
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function readPem(lines: string, label: string): ReadKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(lines);
  } catch {
    return no(DAMAGED);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { ok: true, key: label.startsWith('RSA') ? `${lines}\n` : pemOf(key, 'pkcs1') };
    case 'ec':
      if (!CURVES.includes(curve)) break;
      return { ok: true, key: label.startsWith('EC') ? `${lines}\n` : pemOf(key, 'sec1') };
    case 'ed25519':
      return { ok: true, key: openSshOf(key) };
    case 'dsa':
      return no(DSA);
  }
  return no(`holds a key of a kind that SSH does not use. Make another one: ssh-keygen -t ed25519`);
}

function pemOf(key: KeyObject, type: 'pkcs1' | 'sec1'): string {
  return String(key.export({ format: 'pem', type }));
}

/** PEM knows no form of its own for Ed25519; this is OpenSSH's (PROTOCOL.key of its sources). */
function openSshOf(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const [open, secret] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const kind = sized(Buffer.from('ssh-ed25519'));
  // Any number will do; the same each time, so that the key can be known by its text.
  const check = open.subarray(0, 4);
  const keys = Buffer.concat([
    check,
    check,
    kind,
    sized(open),
    sized(Buffer.concat([secret, open])),
    sized(Buffer.alloc(0)),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (keys.length % 8)) % 8 }, (_, i) => i + 1));
  const none = sized(Buffer.from('none'));
  const bytes = Buffer.concat([
    Buffer.from(MAGIC),
    none,
    none,
    sized(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    sized(Buffer.concat([kind, sized(open)])),
    sized(Buffer.concat([keys, padding])),
  ]);
  const base64 = bytes.toString('base64').replace(/.{70}/g, '$&\n').trimEnd();
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
