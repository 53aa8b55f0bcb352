import fc from 'fast-check';
import type { BackupOrigin } from '../../src/core/catalogue/backup-tags.ts';
import type { InstanceFacts, MetadataOptions } from '../../src/core/model/instance.ts';
import { newRunId } from '../../src/core/run/run-id.ts';

/** An id as EC2 makes them, e.g. `vol-00000000000000f0a`. */
export function idOf(kind: string, n: number): string {
  return `${kind}-${n.toString(16).padStart(17, '0')}`;
}

/** Any text a person can type, with emoji, accents and control characters. */
export const typed = fc.string({ unit: 'binary', maxLength: 400, size: 'medium' });

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
/** Of every length up to `max`, so that limits are met; the letters do not matter. */
const ofLength = (max: number) => fc.integer({ min: 1, max }).map((n) => 'aZ0-_./'.repeat(max).slice(0, n));
const upTo = (max: number) => fc.integer({ min: 0, max }).map((n) => Array.from({ length: n }, (_, i) => i));

const onOff = maybe(fc.constantFrom('enabled', 'disabled'));
export const metadata: fc.Arbitrary<MetadataOptions> = fc
  .record({
    httpTokens: maybe(fc.constantFrom('optional', 'required')),
    httpPutResponseHopLimit: maybe(fc.integer({ min: 1, max: 64 })),
    httpEndpoint: onOff,
    instanceMetadataTags: onOff,
  })
  .map(withoutUndefined);

export const instance: fc.Arbitrary<InstanceFacts> = fc
  .record({
    instanceId: fc.nat().map((n) => idOf('i', n)),
    state: fc.constant('running'),
    type: fc.constantFrom('m5.2xlarge', 'u-24tb1.112xlarge'),
    zone: maybe(fc.constant('ap-southeast-1b')),
    privateIp: maybe(fc.ipV4()),
    publicIp: maybe(fc.ipV4()),
    subnetId: maybe(fc.constant(idOf('subnet', 1))),
    vpcId: maybe(fc.constant(idOf('vpc', 1))),
    // Sixteen is far above EC2's limit of groups for one machine.
    securityGroupIds: upTo(16).map((all) => all.map((n) => idOf('sg', n))),
    keyName: maybe(ofLength(255)),
    profileArn: maybe(ofLength(600).map((path) => `arn:aws:iam::123456789012:instance-profile/${path}`)),
    volumes: fc
      .tuple(upTo(40), ofLength(20))
      .map(([all, device]) => all.map((n) => ({ volumeId: idOf('vol', n), device: `/dev/${device}` }))),
    name: maybe(ofLength(256)),
    metadata: maybe(metadata),
    ebsOptimized: maybe(fc.boolean()),
  })
  .map(withoutUndefined);

export const origin: fc.Arbitrary<BackupOrigin> = fc
  .record({
    createdAt: time,
    random,
    target,
    mode: fc.constantFrom('live' as const, 'quiesced' as const, 'reboot' as const),
    requester: fc.constant({ userId: 'U0123456789', teamId: 'T0123456789' }),
    note: maybe(typed),
    hostname: maybe(fc.domain()),
    instance,
  })
  .map(({ random: dice, ...rest }) => ({ ...rest, runId: newRunId('backup', rest.createdAt, dice) }));

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
