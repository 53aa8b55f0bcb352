import { ApiError } from './wire/errors.ts';

export type Noun = 'image' | 'snapshot' | 'instance' | 'volume' | 'subnet' | 'interface' | 'address' | 'task';

/** How each noun's ids begin, and what EC2 answers to a malformed or an unknown one. */
const KINDS = {
  image: {
    prefix: 'ami',
    start: '0a3d5b7c',
    malformed: 'InvalidAMIID.Malformed',
    unknown: 'InvalidAMIID.NotFound',
    says: (id: string) => `The image id '[${id}]' does not exist`,
  },
  snapshot: {
    prefix: 'snap',
    start: '0b62e1f4',
    malformed: 'InvalidSnapshotID.Malformed',
    unknown: 'InvalidSnapshot.NotFound',
    says: (id: string) => `The snapshot '${id}' does not exist.`,
  },
  instance: {
    prefix: 'i',
    start: '0c94f2a8',
    malformed: 'InvalidInstanceID.Malformed',
    unknown: 'InvalidInstanceID.NotFound',
    says: (id: string) => `The instance ID '${id}' does not exist`,
  },
  volume: {
    prefix: 'vol',
    start: '0d17c6e9',
    malformed: 'InvalidVolumeID.Malformed',
    unknown: 'InvalidVolume.NotFound',
    says: (id: string) => `The volume '${id}' does not exist.`,
  },
  subnet: {
    prefix: 'subnet',
    start: '0b1c5a0d',
    malformed: 'InvalidSubnetID.NotFound',
    unknown: 'InvalidSubnetID.NotFound',
    says: (id: string) => `The subnet ID '${id}' does not exist`,
  },
  interface: {
    prefix: 'eni',
    start: '0e7b40c1',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    unknown: 'InvalidNetworkInterfaceID.NotFound',
    says: (id: string) => `The networkInterface ID '${id}' does not exist`,
  },
  address: {
    prefix: 'eipalloc',
    start: '0f4c81d2',
    malformed: 'InvalidAllocationID.NotFound',
    unknown: 'InvalidAllocationID.NotFound',
    says: (id: string) => `The allocation ID '${id}' does not exist`,
  },
  task: {
    prefix: 'replacevol',
    start: '0ad6e3f5',
    malformed: 'InvalidReplaceRootVolumeTaskID.Malformed',
    unknown: 'InvalidReplaceRootVolumeTaskID.NotFound',
    says: (id: string) => `The replace root volume task ID '${id}' does not exist`,
  },
} as const;

const FIRST_REGION = 'eu-west-1';

/** Where the ids of a region begin: nothing has one id in two regions. */
function firstOf(region: string): number {
  if (region === FIRST_REGION) return 0;
  return [...region].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0x7fff, 0) * 0x100000;
}

/** Counts instead of drawing lots, so that the transcripts of two runs are the same. 17 hex digits, as EC2's. */
export function idCounter(region: string): (noun: Noun) => string {
  const first = firstOf(region);
  const counts: Record<Noun, number> = {
    image: 0,
    snapshot: 0,
    instance: 0,
    volume: 0,
    subnet: 0,
    interface: 0,
    address: 0,
    task: 0,
  };
  return (noun) => {
    counts[noun] += 1;
    return `${KINDS[noun].prefix}-${KINDS[noun].start}${(first + counts[noun]).toString(16).padStart(9, '0')}`;
  };
}

/** Refuses what cannot be an id of this noun; both lengths EC2 has ever used pass. */
export function checkId(noun: Noun, id: string): string {
  const { prefix, malformed } = KINDS[noun];
  const rest = id.startsWith(`${prefix}-`) ? id.slice(prefix.length + 1) : '';
  if (/^[0-9a-f]{8}([0-9a-f]{9})?$/.test(rest)) return id;
  throw new ApiError(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

/** The noun an id belongs to by its beginning, if any. */
export function nounOf(id: string): Noun | undefined {
  const prefix = id.slice(0, id.indexOf('-'));
  return (Object.keys(KINDS) as Noun[]).find((noun) => KINDS[noun].prefix === prefix);
}

export function notFound(noun: Noun, id: string): ApiError {
  return new ApiError(KINDS[noun].unknown, KINDS[noun].says(id));
}
