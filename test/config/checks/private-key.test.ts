import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';
import { readPrivateKey } from '../../../src/config/checks/private-key.ts';

const openSsh = ssh2.utils.generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;
const OPENSSH = openSsh.private.trim();

/** The public part of a key that was read, as the SSH client itself reads it. */
function usedAs(text: string): string {
  const read = readPrivateKey(text);
  if (!read.ok) return read.why;
  const parsed = ssh2.utils.parseKey(read.key);
  if (parsed instanceof Error) return `the client does not read it: ${parsed.message}`;
  return parsed.getPublicSSH().toString('base64');
}

const OF_OPENSSH = openSsh.public.split(' ')[1] ?? '';
const RSA = usedAs(String(rsa.privateKey.export({ format: 'pem', type: 'pkcs1' })));
const EC = usedAs(String(ec.privateKey.export({ format: 'pem', type: 'sec1' })));

describe('a key that can be used', () => {
  test.each([
    ['OpenSSH', openSsh.private, OF_OPENSSH],
    ['OpenSSH without its last line end', OPENSSH, OF_OPENSSH],
    ['OpenSSH with CRLF', OPENSSH.replaceAll('\n', '\r\n'), OF_OPENSSH],
    ['OpenSSH with CR alone', OPENSSH.replaceAll('\n', '\r'), OF_OPENSSH],
    ['OpenSSH in one line', OPENSSH.replaceAll('\n', '\\n'), OF_OPENSSH],
    ['OpenSSH behind a byte order mark', `\uFEFF${OPENSSH}`, OF_OPENSSH],
    ['RSA as PKCS#8', String(rsa.privateKey.export(pkcs8)), RSA],
    ['EC as PKCS#8', String(ec.privateKey.export(pkcs8)), EC],
  ])('%s', (_what, text, expected) => {
    expect(expected).toMatch(/^AAAA/);
    expect(usedAs(text)).toBe(expected);
  });

  test('Ed25519 as PKCS#8', () => {
    const { x = '' } = ed25519.publicKey.export({ format: 'jwk' });
    const seen = Buffer.from(usedAs(String(ed25519.privateKey.export(pkcs8))), 'base64');
    expect(seen.subarray(-32)).toEqual(Buffer.from(x, 'base64url'));
    const read = readPrivateKey(String(ed25519.privateKey.export(pkcs8)));
    const key = read.ok ? ssh2.utils.parseKey(read.key) : undefined;
    if (key === undefined || key instanceof Error) throw new Error('no key');
    expect(key.verify(Buffer.from('text'), key.sign(Buffer.from('text')))).toBe(true);
  });

  test('is left as it is', () => {
    expect(readPrivateKey(openSsh.private)).toEqual({ ok: true, key: `${OPENSSH}\n` });
  });
});

const locked = ssh2.utils.generateKeyPairSync('ed25519', {
  passphrase: 'secret',
  cipher: 'aes256-cbc',
  rounds: 1,
});
const lockedPem = (type: 'pkcs1' | 'pkcs8') =>
  String(rsa.privateKey.export({ format: 'pem', type, cipher: 'aes-128-cbc', passphrase: 'secret' }));
const body = OPENSSH.split('\n');

test.each([
  ['a passphrase, OpenSSH', locked.private, 'needs a passphrase'],
  ['a passphrase, PEM', lockedPem('pkcs1'), 'needs a passphrase'],
  ['a passphrase, PKCS#8', lockedPem('pkcs8'), 'needs a passphrase'],
  ['the public key', openSsh.public, 'holds a public key'],
  [
    'the public key as PEM',
    String(rsa.publicKey.export({ format: 'pem', type: 'spki' })),
    'holds a public key',
  ],
  [
    'the public key of RFC 4716',
    '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----',
    'holds a public key',
  ],
  [
    'PuTTY’s form',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
    'puttygen FILE -O private-openssh',
  ],
  [
    'PuTTY’s older form',
    'PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: none\r\n',
    'puttygen FILE -O private-openssh',
  ],
  ['nothing', '', 'is empty'],
  ['a line end', ' \r\n', 'is empty'],
  ['a word', 'hello', 'holds no private key'],
  [
    'another thing in PEM',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    'holds no private key',
  ],
  ['bytes', '\u0000\u0001\uFFFD', 'holds no private key'],
  ['a DSA key as PKCS#8', String(dsa.privateKey.export(pkcs8)), 'holds a DSA key'],
  [
    'a DSA key as PEM',
    '-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----',
    'holds a DSA key',
  ],
  [
    'an X25519 key',
    String(generateKeyPairSync('x25519').privateKey.export(pkcs8)),
    'of a kind that SSH does not use',
  ],
  ['half of it', body.slice(0, 3).join('\n'), 'damaged or cut off'],
  ['a line less', [...body.slice(0, 2), ...body.slice(3)].join('\n'), 'damaged or cut off'],
  [
    'other letters',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAAbase64\n-----END OPENSSH PRIVATE KEY-----',
    'damaged or cut off',
  ],
  [
    'other letters as PEM',
    '-----BEGIN RSA PRIVATE KEY-----\nAAAAbase64\n-----END RSA PRIVATE KEY-----',
    'damaged or cut off',
  ],
])('%s is told', (_what, text, why) => {
  const read = readPrivateKey(text);
  expect(read.ok ? 'it is taken' : read.why).toContain(why);
  expect(read.ok ? '\n' : read.why).not.toMatch(/\n/);
});
