import fc from 'fast-check';
import type { BackupOrigin } from '../../src/core/catalogue.ts';
import type { InstanceFacts } from '../../src/core/model.ts';
import { newRunId } from '../../src/core/run-id.ts';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 17, maxLength: 17 });

/** An id as EC2 makes them, e.g. `vol-0123456789abcdef0`. */
export const id = (kind: string) => hex.map((tail) => `${kind}-${tail}`);

/** Any text a person can type, with emoji, accents and control characters. */
export const typed = fc.string({ unit: 'binary', maxLength: 400, size: 'max' });

export const target = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);

/** From 2000 to 2099, in ms since epoch. */
export const time = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) });

export const random = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 8 })
  .map((values) => {
    let at = 0;
    return () => values[at++ % values.length] ?? 0;
  });

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const printable = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'abcXYZ019-_./'), minLength: 1, maxLength, size: 'max' });

const instance: fc.Arbitrary<InstanceFacts> = fc
  .record({
    instanceId: id('i'),
    state: fc.constant('running'),
    type: fc.constantFrom('m5.2xlarge', 'u-24tb1.112xlarge'),
    zone: maybe(fc.constant('ap-southeast-1b')),
    privateIp: maybe(fc.ipV4()),
    publicIp: maybe(fc.ipV4()),
    subnetId: maybe(id('subnet')),
    vpcId: maybe(id('vpc')),
    // Sixteen interfaces' worth is far above EC2's limit of groups.
    securityGroupIds: fc.uniqueArray(id('sg'), { maxLength: 16, size: 'max' }),
    keyName: maybe(printable(255)),
    profileArn: maybe(printable(600).map((path) => `arn:aws:iam::123456789012:instance-profile/${path}`)),
    volumes: fc.uniqueArray(
      fc.record({ volumeId: id('vol'), device: printable(12).map((name) => `/dev/${name}`) }),
      { maxLength: 40, size: 'max', selector: (volume) => volume.volumeId },
    ),
  })
  .map(withoutUndefined);

export const origin: fc.Arbitrary<BackupOrigin> = fc
  .record({
    createdAt: time,
    random,
    target,
    mode: fc.constantFrom('live' as const, 'quiesced' as const, 'reboot' as const),
    requestedBy: fc.constant({ userId: 'U0123456789', teamId: 'T0123456789' }),
    note: maybe(typed),
    hostname: maybe(fc.domain()),
    instance,
  })
  .map(({ random: dice, ...rest }) => ({ ...rest, runId: newRunId('bk', rest.createdAt, dice) }));

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
