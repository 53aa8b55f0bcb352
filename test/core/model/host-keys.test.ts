import fc from 'fast-check';
import { hostKeys } from '../../../src/core/model/host-keys.ts';

const ED = 'SHA256:0qXyZ0rWm8zYq4mXH0t7c7y6S9a3kLwqJc2Vx1bN5eA';
const EC = 'SHA256:k1mN0pQ2rS3tU4vW5xY6zA7bC8dE9fG0hI1jK2lM3nO';
const RS = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+';
const BEGIN = '-----BEGIN SSH HOST KEY FINGERPRINTS-----';
const END = '-----END SSH HOST KEY FINGERPRINTS-----';

function block(...lines: string[]): string {
  return [BEGIN, ...lines, END].join('\n');
}

test.each<[what: string, console: string, expected: ReturnType<typeof hostKeys>]>([
  ['nothing', '', []],
  ['no block', `256 ${ED} root@ip (ED25519)`, []],
  ['plain', block(`256 ${ED} root@ip-10-0-0-1 (ED25519)`), [{ fingerprint: ED, type: 'ED25519' }]],
  [
    'as cloud-init prints it on EC2',
    block(
      `ec2: 1024 ${RS} root@ip-10-0-0-1 (DSA)`,
      `ec2: 256 ${EC} root@ip-10-0-0-1 (ECDSA)`,
      `ec2: 256 ${ED} root@ip-10-0-0-1 (ED25519)`,
    ),
    [
      { fingerprint: RS, type: 'DSA' },
      { fingerprint: EC, type: 'ECDSA' },
      { fingerprint: ED, type: 'ED25519' },
    ],
  ],
  [
    'behind the kernel’s times, with CRLF and colour',
    `\u001b[0m[   14.2] cloud-init[800]: ${BEGIN}\r\n[   14.3] cloud-init[800]: 256 ${ED} root@ip (ED25519)\r\n<14>May 12 03:00:00 ec2: ${END}\r\n`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'behind syslog’s',
    `<14>ec2: ${BEGIN}\n<14>ec2: 256 ${ED} no comment (ED25519)`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  ['without a type', block(`256 ${ED}`), [{ fingerprint: ED }]],
  [
    'twice the same',
    block(`256 ${ED} a (ED25519)`, `256 ${ED} a (ED25519)`),
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'a block that has no end yet',
    `${BEGIN}\n256 ${ED} root@ip (ED25519)\n256 SHA256:k1mN0p`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  ['MD5 alone', block('2048 MD5:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99 root@ip (RSA)'), []],
  ['MD5 without its name', block('2048 aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99 root@ip (RSA)'), []],
  ['one cut short', block(`256 ${ED.slice(0, -1)} root@ip (ED25519)`), []],
  ['one too long', block(`256 ${ED}A root@ip (ED25519)`), []],
  ['one with padding', block(`256 ${ED}= root@ip (ED25519)`), []],
  [
    'other keys after the block',
    `${block(`256 ${ED} a (ED25519)`)}\n256 ${EC} a (ECDSA)`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'the second of two boots',
    `${block(`256 ${EC} a (ECDSA)`)}\nrebooting\n${block(`256 ${ED} a (ED25519)`)}`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'a boot that broke off, and another',
    `${BEGIN}\n256 ${EC} a (ECDSA)\n${block(`256 ${ED} a (ED25519)`)}`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'a second boot without keys',
    `${block(`256 ${ED} a (ED25519)`)}\nrebooting\n${block()}`,
    [{ fingerprint: ED, type: 'ED25519' }],
  ],
  [
    'the keys themselves',
    '-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5 root@ip\n-----END SSH HOST KEY KEYS-----',
    [],
  ],
])('%s', (_what, console, expected) => {
  expect(hostKeys(console)).toEqual(expected);
});

test('whatever a console holds, only whole fingerprints come out of it', () => {
  const line = fc.oneof(
    fc.constantFrom(BEGIN, END, `256 ${ED} root@ip (ED25519)`, `ec2: 256 ${EC}`, ED.slice(0, 20), ''),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
      for (const { fingerprint } of hostKeys(lines.join(end)))
        expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    }),
  );
});

test('a console of a megabyte of noise is read through', () => {
  const noise = `${'SHA256:'.repeat(20)} (\n`.repeat(8_000);
  expect(hostKeys(`${BEGIN}\n${noise}256 ${ED} x (ED25519)\n`)).toEqual([
    { fingerprint: ED, type: 'ED25519' },
  ]);
});
