import fc from 'fast-check';
import { type ConsoleKeys, consoleKeys, type KnownHost, trustOf } from '../../../src/core/model/host-keys.ts';

const ED = 'SHA256:0qXyZ0rWm8zYq4mXH0t7c7y6S9a3kLwqJc2Vx1bN5eA';
const EC = 'SHA256:k1mN0pQ2rS3tU4vW5xY6zA7bC8dE9fG0hI1jK2lM3nO';
const RS = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+';
const BAD = 'SHA256:BADBADBADBADBADBADBADBADBADBADBADBADBADBADA';
const BEGIN = '-----BEGIN SSH HOST KEY FINGERPRINTS-----';
const END = '-----END SSH HOST KEY FINGERPRINTS-----';
const BEGIN_KEYS = '-----BEGIN SSH HOST KEY KEYS-----';
const END_KEYS = '-----END SSH HOST KEY KEYS-----';
const SYSLOG = '<14>Nov 23 03:14:00';
const MD5 = '2048 aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99 root@ip (RSA)';

/** Keys by what they stand for: the effect is a table here. */
const BLOBS: Record<string, string> = {
  [`${'E'.repeat(67)}=`]: ED,
  [`${'C'.repeat(67)}=`]: EC,
  [`${'R'.repeat(67)}=`]: RS,
  [`${'B'.repeat(67)}=`]: BAD,
};
const blobOf = (fingerprint: string) =>
  Object.entries(BLOBS).find(([, of]) => of === fingerprint)?.[0] ?? 'none';
const read = (console: string) => consoleKeys(console, (base64) => BLOBS[base64] ?? `SHA256:${base64}`);

const ed = (fingerprint = ED) => `256 ${fingerprint} root@ip-10-0-0-1 (ED25519)`;
const ec = (fingerprint = EC) => `256 ${fingerprint} root@ip-10-0-0-1 (ECDSA)`;
const edKey = (fingerprint = ED) => `ssh-ed25519 ${blobOf(fingerprint)} root@ip-10-0-0-1`;
const ecKey = (fingerprint = EC) => `ecdsa-sha2-nistp256 ${blobOf(fingerprint)}`;
const block = (...lines: string[]) => [BEGIN, ...lines, END].join('\n');
const keysBlock = (...lines: string[]) => [BEGIN_KEYS, ...lines, END_KEYS].join('\n');
const behind = (prefix: string, text: string) =>
  text
    .split('\n')
    .map((line) => prefix + line)
    .join('\r\n');

const keys = (...found: [fingerprint: string, type: string][]): ConsoleKeys => ({
  kind: 'keys',
  keys: found.map(([fingerprint, type]) => ({ fingerprint, type })),
});
const ED_ONLY = keys([ED, 'ED25519']);
const NONE: ConsoleKeys = { kind: 'none' };
const contradiction = (...fingerprints: string[]): ConsoleKeys => ({ kind: 'contradiction', fingerprints });

describe('what a console shows of host keys', () => {
  test.each<[what: string, console: string, expected: ConsoleKeys]>([
    ['nothing', '', NONE],
    ['no block', ed(), NONE],
    ['plain', block(ed()), ED_ONLY],
    [
      'as cloud-init prints it on EC2, with CR',
      `${behind(`${SYSLOG} ec2: `, block(`1024 ${RS} root@ip (DSA)`, ec(), ed()))}\r\n${keysBlock(ecKey(), edKey())}\r\n`,
      keys([RS, 'DSA'], [EC, 'ECDSA'], [ED, 'ED25519']),
    ],
    ['of a newer cloud-init', behind(`${SYSLOG} cloud-init: `, block(ed())), ED_ONLY],
    ['of an older one, without a time', behind('ec2: ', block(ed())), ED_ONLY],
    ['of one that names the host', behind(`${SYSLOG} ip-10-20-1-12 ec2: `, block(ed())), ED_ONLY],
    ['behind ci-info', behind('ci-info: ', block(ed())), ED_ONLY],
    ['behind the kernel’s time', behind('[   21.004213] cloud-init[1287]: ', block(ed())), ED_ONLY],
    ['behind both', behind(`[   21.004213] cloud-init[1287]: ${SYSLOG} ec2: `, block(ed())), ED_ONLY],
    [
      'behind a time as ISO writes it',
      behind('2026-11-23T03:14:00.123456+00:00 ip-10-20-1-12 cloud-init: ', block(ed())),
      ED_ONLY,
    ],
    [
      'with colours',
      `\u001b[0m[   14.2] cloud-init[800]: ${BEGIN}\r\n\u001b[1m${ed()}\u001b[0m\r\n${END}`,
      ED_ONLY,
    ],
    ['with other programs’ lines between', block(ed(), '[   22.1] random: crng init done', ''), ED_ONLY],
    ['twice the same', block(ed(), ed()), ED_ONLY],
    ['two blocks that say the same', `${block(ed())}\nrebooting\n${block(ed())}`, ED_ONLY],

    ['a block that has no end yet', `${BEGIN}\n${ed()}`, NONE],
    ['one whose end is cut', `${BEGIN}\n${ed()}\n${END.slice(0, -1)}`, NONE],
    ['one whose beginning is cut', `${BEGIN.slice(3)}\n${ed()}\n${END}`, NONE],
    ['an end without a beginning, and a block after it', `${ed()}\n${END}\n${block(ed(BAD))}`, NONE],
    ['BEGIN in the middle of a line', `login: ${BEGIN}\n${ed()}\n${END}`, NONE],
    ['BEGIN behind what looks like a program', `sshd[12]: ${BEGIN}\n${ed()}\n${END}`, NONE],
    ['BEGIN with something behind it', `${BEGIN} x\n${ed()}\n${END}`, NONE],
    ['END in the middle of a line', `${BEGIN}\n${ed()}\nInvalid user ${END}`, NONE],
    ['END of the other kind', `${BEGIN}\n${ed()}\n${END_KEYS}`, NONE],
    ['a fingerprint in the middle of a line', block(`Accepted key ${ed()}`), NONE],
    ['MD5 alone', block(MD5), NONE],
    ['MD5 with its name', block(MD5.replace('aa:', 'MD5:aa:')), NONE],
    ['one cut short', block(ed(ED.slice(0, -1))), NONE],
    ['one too long', block(ed(`${ED}A`)), NONE],
    ['one with padding', block(ed(`${ED}=`)), NONE],
    ['without a type', block(`256 ${ED} root@ip`), NONE],
    ['other keys after the block', `${block(ed())}\n${ec(BAD)}`, ED_ONLY],
    ['a second boot without keys', `${block(ed())}\nrebooting\n${block()}`, ED_ONLY],

    [
      'the keys themselves, of Ubuntu 14.04',
      `${block(MD5)}\n${keysBlock(edKey(), ecKey())}`,
      keys([ED, 'ED25519'], [EC, 'ECDSA']),
    ],
    ['the keys alone', behind('ec2: ', keysBlock(edKey())), ED_ONLY],
    ['keys without an end', `${block(MD5)}\n${BEGIN_KEYS}\n${edKey()}`, NONE],
    ['keys of another type beside', `${block(ed())}\n${keysBlock(edKey(), ecKey(BAD))}`, ED_ONLY],
    ['no key, in a block of keys', keysBlock('ssh-ed25519 short', 'authorized AAAA'), NONE],

    ['a second block that differs', `${block(ed())}\n${block(ed(BAD))}`, contradiction(ED, BAD)],
    ['a first block that differs', `${block(ed(BAD))}\n${block(ed())}`, contradiction(BAD, ED)],
    ['a second block of another type', `${block(ed())}\n${block(ec(BAD))}`, contradiction(ED, BAD)],
    ['a second block with one more', `${block(ed())}\n${block(ed(), ec(BAD))}`, contradiction(ED, BAD)],
    ['two keys of a type in one block', block(ed(), ed(BAD)), contradiction(ED, BAD)],
    ['a block of keys that differs', `${block(ed())}\n${keysBlock(edKey(BAD))}`, contradiction(ED, BAD)],
    [
      'two blocks of keys that differ',
      `${keysBlock(edKey())}\n${keysBlock(edKey(BAD))}`,
      contradiction(ED, BAD),
    ],
    [
      'two blocks of keys of other types',
      `${keysBlock(edKey())}\n${keysBlock(ecKey(BAD))}`,
      contradiction(ED, BAD),
    ],
    ['a boot that broke off, and another', `${BEGIN}\n${ec(BAD)}\n${block(ed())}`, contradiction(ED, BAD)],
    [
      'a block begun within a block',
      `${BEGIN}\n${ed()}\n${BEGIN}\n${ec(BAD)}\n${END}`,
      contradiction(BAD, ED),
    ],
  ])('%s', (_what, console, expected) => {
    expect(read(console)).toEqual(expected);
  });

  test('cut anywhere, it shows what it shows as a whole, or nothing', () => {
    const whole = `boot\r\n${behind(`${SYSLOG} ec2: `, block(ec(), ed()))}\r\n${keysBlock(ecKey(), edKey())}\r\n`;
    const expected = keys([EC, 'ECDSA'], [ED, 'ED25519']);
    for (let at = 0; at <= whole.length; at += 1) {
      for (const piece of [whole.slice(0, at), whole.slice(at)])
        expect([NONE, expected]).toContainEqual(read(piece));
    }
  });

  test('whatever a console holds, only whole fingerprints come out of it', () => {
    const line = fc.oneof(
      fc.constantFrom(BEGIN, END, BEGIN_KEYS, END_KEYS, ed(), `ec2: ${ec()}`, edKey(), ED.slice(0, 20), ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const shown = read(lines.join(end));
        if (shown.kind !== 'keys') return;
        for (const { fingerprint } of shown.keys) expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      }),
    );
  });

  test.each([
    ['halves of fingerprints', `${'SHA256:'.repeat(20)} (\n`],
    ['times without an end', '[        1.1] <14>Nov 23 03:14:00 \n'],
    ['one line', `256 ${ED} ${'( '.repeat(100)}`],
  ])('a megabyte of %s is read through', (_what, noise) => {
    const text = noise.repeat(Math.ceil(1e6 / noise.length));
    expect(read(`${text}\n${block(ed())}\n${text}`)).toEqual(ED_ONLY);
  });
});

describe('whom to trust on a machine', () => {
  const known = (pins: string[] = []): KnownHost => ({ fingerprint: ED, pins, runId: 'rs-1' });
  const unread = () => Promise.reject(new Error('the console was read'));

  test('a pin excludes the console, which is not even read', async () => {
    expect(await trustOf([RS], undefined, unread)).toEqual({
      hostKeys: [RS],
      vouchedBy: 'as in SSH_HOST_KEY',
    });
  });

  test('a pin of the machine before is none of one that a restore has launched', async () => {
    expect((await trustOf([RS], known([RS]), unread)).hostKeys).toEqual([ED]);
    expect((await trustOf([RS, EC], known([EC, RS]), unread)).hostKeys).toEqual([ED]);
    expect((await trustOf([], known(), unread)).hostKeys).toEqual([ED]);
  });

  test('one that was set since the restore is', async () => {
    expect((await trustOf([EC], known([RS]), unread)).hostKeys).toEqual([EC]);
    expect((await trustOf([EC], known(), unread)).hostKeys).toEqual([EC]);
  });

  test('without a pin the console tells, and a contradiction is nobody’s key', async () => {
    expect((await trustOf([], undefined, async () => ED_ONLY)).hostKeys).toEqual([ED]);
    expect((await trustOf([], undefined, async () => NONE)).hostKeys).toEqual([]);
    expect(await trustOf([], undefined, async () => contradiction(ED, BAD))).toMatchObject({
      hostKeys: [],
      contradiction: [ED, BAD],
    });
  });
});
