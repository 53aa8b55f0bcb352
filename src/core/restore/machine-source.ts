import type { CatalogueEntry } from '../catalogue/entry.ts';
import type { VolumeKind } from '../model/image.ts';
import type { Trait } from '../model/instance.ts';
import type {
  ElasticAddress,
  MachineFacts,
  MachineVolume,
  PlannedVolume,
  Subnet,
} from '../model/machine-facts.ts';
import type { Target } from '../model/target.ts';

/** The machine that a launch is made after, however it is known. */
export type SourceMachine = CatalogueEntry['source'] & { tags: Record<string, string> };

/**
 * The machine's own facts where it is there, for somebody may have changed it since the backup; else the backup's, every
 * one of them. This alone decides it, so that a launch is the same on the day on which the machine is gone.
 */
export function sourceMachine({ source }: Pick<CatalogueEntry, 'source'>, old?: MachineFacts): SourceMachine {
  const name = source.name === undefined ? {} : { Name: source.name };
  if (old === undefined) return { ...source, tags: { ...name, ...source.tags } };
  const { securityGroupIds, ...own } = old;
  const { traits: _traits, ...rest } = source;
  return {
    ...rest,
    ...own,
    ...publicSide(source, old),
    securityGroupIds: securityGroupIds.length > 0 ? securityGroupIds : source.securityGroupIds,
  };
}

/** A stopped machine has lost a public address of its own, and would have another one if it were started. */
function publicSide(
  source: CatalogueEntry['source'],
  old: MachineFacts,
): Pick<SourceMachine, 'publicIp' | 'publicKind'> {
  const from = old.publicIp !== undefined || old.state === 'running' ? old : source;
  const kind = from === old && old.address !== undefined ? 'elastic' : from.publicKind;
  return {
    ...(from.publicIp === undefined ? {} : { publicIp: from.publicIp }),
    ...(from.publicIp === undefined || kind === undefined ? {} : { publicKind: kind }),
  };
}

/**
 * Whether the machine is to have a public address from its launch on: where the source had one that is no Elastic IP, and
 * where the bot logs in at it. Else as the subnet gives it until an Elastic IP comes, or none where the source had none.
 * Undefined where that was not to be seen.
 */
export function publicAddress(
  { ssh }: Pick<Target, 'ssh'>,
  { publicIp, publicKind }: Pick<SourceMachine, 'publicIp' | 'publicKind'>,
  { address, subnet, isTest }: { address?: ElasticAddress; subnet?: Subnet; isTest: boolean },
): boolean | undefined {
  if (ssh?.address === 'public') return true;
  if (isTest) return subnet?.mapsPublicIp;
  if (publicIp === undefined) return address === undefined ? false : subnet?.mapsPublicIp;
  // Backups of older versions do not say of which kind it was.
  const isElastic = publicKind === 'elastic' || (publicKind === undefined && address?.publicIp === publicIp);
  return isElastic ? subnet?.mapsPublicIp : true;
}

type LooseKind = { [K in keyof VolumeKind]?: VolumeKind[K] | undefined };

/** Each volume as fast as it is now on the machine; where that is gone, as the image says it was. */
export function plannedVolumes(
  image: CatalogueEntry['image'],
  now: readonly MachineVolume[] = [],
  rootDevice?: string,
): PlannedVolume[] {
  return (image?.mappings ?? []).flatMap(
    ({ device, bytes, snapshotId, outlives, type, iops, throughput }) => {
      const present = now.find((volume) => volume.device === device && volume.type !== 'unknown');
      const kind: LooseKind = present ?? { type, iops, throughput };
      if (kind.type === undefined) return [];
      const isSame = kindInWords(kind) === kindInWords({ type, iops, throughput });
      // EC2 gives the root volume its snapshot by itself, and takes no other for it.
      const snapshot = device === rootDevice || snapshotId === undefined ? {} : { snapshotId };
      return [
        {
          device,
          ...(bytes === undefined ? {} : { bytes }),
          type: kind.type,
          ...(kind.iops === undefined ? {} : { iops: kind.iops }),
          ...(kind.throughput === undefined ? {} : { throughput: kind.throughput }),
          ...(isSame || present === undefined
            ? {}
            : { ask: { ...snapshot, deletedWithMachine: outlives !== true } }),
        },
      ];
    },
  );
}

/** E.g. `gp3, 3,000 IOPS, 125 MiB/s`. */
export function kindInWords({ type, iops, throughput }: LooseKind): string {
  return [
    type ?? 'of an unknown type',
    ...(iops === undefined ? [] : [`${iops} IOPS`]),
    ...(throughput === undefined ? [] : [`${throughput} MiB/s`]),
  ].join(', ');
}

/** What of the launched machine's volumes is not as it was planned; a clause each. */
export function volumeDifferences(
  planned: readonly PlannedVolume[],
  found: readonly MachineVolume[],
): string[] {
  return planned.flatMap((one) => {
    const volume = found.find(({ device }) => device === one.device);
    if (volume === undefined) return [`there is no volume at ${one.device}`];
    const [is, should] = [kindInWords(volume), kindInWords(one)];
    return is === should ? [] : [`the volume at ${one.device} is ${is}, and not ${should}`];
  });
}

const TRAIT_WORDS: Record<Trait, (value: string) => string> = {
  interfaces: (ids) => `Its further network interfaces: ${list(ids)}`,
  'private-addresses': (ips) => `Its further private addresses: ${list(ips)}`,
  ipv6: (ips) => `Its IPv6 addresses: ${list(ips)}`,
  tenancy: (word) => `Its tenancy “${word}”: the new machine has the VPC’s own`,
  host: (id) => `Its place on the dedicated host ${id}`,
  'placement-group': (name) => `Its placement group ${name}`,
  'capacity-reservation': (id) =>
    `Its capacity reservation ${id}: it stays with the old machine until that is gone`,
  lifecycle: (word) =>
    `It is a machine of the kind “${word}”; the new one is an on-demand machine, which may cost more`,
  monitoring: () => 'Detailed monitoring: the new machine has the basic one',
  'source-dest-check': () =>
    'Its source/destination check is off; on the new machine it is on, so that it forwards nothing for others',
  credits: () => 'Its setting of CPU credits: the new machine has the account’s default',
  'cpu-options': (value) => `Its CPU options (${value})`,
  hibernation: () => 'Hibernation',
  enclave: () => 'Nitro Enclaves',
};

/** Lines of a plan: what the machine has and the new one will not have. */
export function traitLines(traits: { [word: string]: string }): string[] {
  return Object.entries(TRAIT_WORDS).flatMap(([trait, say]) => {
    const value = traits[trait];
    return value === undefined ? [] : [say(value)];
  });
}

function list(values: string): string {
  return values.split(',').join(', ');
}
