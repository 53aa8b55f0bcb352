import type { ImageRecord, State } from '../state.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import type { Params } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge'];
const FAMILIES = ['m4', 'm5', 'm5a', 'm6i', 'm7i', 'm6g', 'r5', 'r6i', 'c5', 't3'];

/** Types this region has somewhere, as far as the sandbox goes. */
const TYPES = FAMILIES.flatMap((family) => SIZES.map((size) => `${family}.${size}`));

/** Types on Xen, of which the console gives only what was there some minutes ago. */
export function isNitro(type: string): boolean {
  return !/^(?:m[1-4]|c[1-4]|t[12]|r[34])\./.test(type);
}

export function isOffered(state: State, type: string, zone: string): boolean {
  const zoneExists = [...state.subnets.values()].some((subnet) => subnet.zone === zone);
  return (
    zoneExists &&
    TYPES.includes(type) &&
    !state.notOffered.has(type) &&
    !state.notOffered.has(`${type}/${zone}`)
  );
}

export function describeInstanceTypeOfferings(state: State, params: Params): { [element: string]: Xml } {
  const matches = filterTest(params, ['instance-type', 'location']);
  const zones = [...new Set([...state.subnets.values()].map((subnet) => subnet.zone))];
  const all = zones.flatMap((zone) =>
    TYPES.filter((type) => isOffered(state, type, zone)).map((type) => ({ type, zone })),
  );
  const found = all
    .filter(({ type, zone }) => matches({ values: { 'instance-type': type, location: zone }, tags: {} }))
    // Page tokens are made of ids, and these have none.
    .map((one, index): [string, typeof one] => [`offering-${index.toString(16)}`, one]);
  const answer = page(params, found, { least: 5, pageSize: state.pageSize });
  return {
    instanceTypeOfferingSet: answer.page.map(({ type, zone }) => ({
      instanceType: type,
      locationType: 'availability-zone',
      location: zone,
    })),
    nextToken: answer.nextToken,
  };
}

function familyOf(type: string): string {
  return type.split('.')[0] ?? '';
}

const isArm = (type: string) => /^[a-z]\d+g/.test(familyOf(type));

/** Volumes that a machine takes, as the sandbox has it: few on its Nitro types, whose interfaces count as well. */
const mostVolumes = (type: string) => (isNitro(type) ? 27 : 39);

export function describeInstanceTypes(state: State, params: Params): { [element: string]: Xml } {
  const matches = filterTest(params, ['instance-type']);
  const found = TYPES.filter((type) => matches({ values: { 'instance-type': type }, tags: {} })).map(
    (type, index): [string, string] => [`type-${index.toString(16)}`, type],
  );
  const answer = page(params, found, { least: 5, pageSize: state.pageSize });
  return {
    instanceTypeSet: answer.page.map((type) => ({
      instanceType: type,
      processorInfo: { supportedArchitectures: [isArm(type) ? 'arm64' : 'x86_64'] },
      supportedVirtualizationTypes: ['hvm'],
      supportedBootModes:
        isNitro(type) && !isArm(type) ? ['legacy-bios', 'uefi'] : [isArm(type) ? 'uefi' : 'legacy-bios'],
      nitroTpmSupport: isNitro(type) ? 'supported' : 'unsupported',
      networkInfo: { enaSupport: isNitro(type) ? 'required' : 'unsupported' },
      ebsInfo: { ebsOptimizedSupport: 'default', maximumEbsAttachments: mostVolumes(type) },
    })),
    nextToken: answer.nextToken,
  };
}

/** As RunInstances refuses a type on which the image cannot run. */
export function whyUnfit(
  type: string,
  { needs = {} }: ImageRecord,
  volumes: number,
): { code: string; message: string } | undefined {
  const { architecture = 'x86_64', ena = true, bootMode } = needs;
  if (architecture !== (isArm(type) ? 'arm64' : 'x86_64')) {
    const message = `The architecture '${isArm(type) ? 'arm64' : 'x86_64'}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI.`;
    return { code: 'InvalidParameterValue', message };
  }
  if (!ena && isNitro(type)) {
    const message = `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${type}' instance type. Ensure that you are using an AMI that is enabled for ENA.`;
    return { code: 'InvalidParameterCombination', message };
  }
  if (bootMode === 'uefi' && !isNitro(type))
    return {
      code: 'UnsupportedOperation',
      message: `The instance type '${type}' does not support the boot mode uefi.`,
    };
  if (volumes > mostVolumes(type))
    return {
      code: 'AttachmentLimitExceeded',
      message: `Instance type ${type} does not take ${volumes} volumes.`,
    };
  return undefined;
}
