import { publicAddress } from '../network/public-address.ts';
import { takeAddress } from '../network/subnets.ts';
import {
  find,
  findImage,
  type ImageMapping,
  type ImageRecord,
  type InstanceRecord,
  type State,
} from '../state.ts';
import { readTagSpecifications } from '../tags.ts';
import { ApiError, invalidValue } from '../wire/errors.ts';
import { flag, integer, type Params, required, structure, structures, text, texts } from '../wire/query.ts';
import { once } from '../wire/tokens.ts';
import type { Xml } from '../wire/xml.ts';
import { isOffered, whyUnfit } from './instance-types.ts';
import { instanceXml } from './instance-xml.ts';
import type { SubnetRecord } from './machine-state.ts';
import { addVolumeFrom } from './volumes.ts';

/** One instance; a call with a client token that was used gives the instance it made then. */
export function runInstances(state: State, params: Params): { [element: string]: Xml } {
  const instanceId = once(state, params, 'RunInstances', () => launch(state, params).instanceId);
  const instance = state.instances.get(instanceId);
  if (instance === undefined) throw new ApiError('InternalError', 'The instance is gone');
  return {
    reservationId: instanceId.replace(/^i-/, 'r-'),
    ownerId: state.accountId,
    groupSet: [],
    instancesSet: [instanceXml(instance, false)],
  };
}

function launch(state: State, params: Params): InstanceRecord {
  if (integer(params, 'MinCount') !== 1 || integer(params, 'MaxCount') !== 1)
    throw invalidValue('The sandbox launches one instance at a time.');
  const image = launchable(state, required(params, 'ImageId'));
  const instanceType = text(params, 'InstanceType') ?? 'm1.small';
  const network = readNetwork(state, params);
  const { subnet } = network;
  const keyName = knownKey(state, text(params, 'KeyName'));
  const tags = readTagSpecifications(params, ['instance', 'volume']);
  const metadata = structure(params, 'MetadataOptions');
  const mappings = mappingsOf(image, params);
  const unfit = whyUnfit(instanceType, image, mappings.length);
  if (unfit !== undefined) throw new ApiError(unfit.code, unfit.message);
  if (!isOffered(state, instanceType, subnet.zone)) {
    const message = `Your requested instance type (${instanceType}) is not supported in your requested Availability Zone (${subnet.zone}).`;
    throw new ApiError('Unsupported', message);
  }
  if (state.launchLimit !== undefined)
    throw new ApiError(state.launchLimit, 'You have requested more than your current limit allows.');
  // Whether there is room is known only after everything else was looked at.
  const privateIp = takeAddress(state, subnet, network.privateIp);
  checkCapacity(state, instanceType, subnet.zone);

  const fate = state.nextLaunch ?? {};
  state.nextLaunch = undefined;
  const instanceId = state.nextId('instance');
  const devices = mappings.map(({ device, snapshotId, deleteOnTermination, ...kind }) => {
    const snapshot = find(state, 'snapshot', state.snapshots, snapshotId);
    const attachedTo = { instanceId, device, deleteOnTermination };
    const { volumeId } = addVolumeFrom(state, snapshot, subnet.zone, attachedTo, tags.volume ?? {}, {
      ...kind,
      type: kind.volumeType,
    });
    return { device, volumeId, deleteOnTermination };
  });
  const instance: InstanceRecord = {
    instanceId,
    imageId: image.imageId,
    state: 'pending',
    instanceType,
    privateIp,
    ...(network.isPublic ? { publicIp: publicAddress(state.instances.size + 1) } : {}),
    autoPublicIp: network.isPublic,
    subnetId: subnet.subnetId,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    securityGroups: network.groups.map((groupId) => ({ groupId, groupName: groupId })),
    keyName,
    profileArn: text(structure(params, 'IamInstanceProfile'), 'Arn') ?? '',
    rootDevice: image.rootDevice,
    devices,
    tags: tags.instance ?? {},
    metadata: {
      httpTokens: text(metadata, 'HttpTokens') ?? 'optional',
      httpPutResponseHopLimit: integer(metadata, 'HttpPutResponseHopLimit') ?? 1,
      httpEndpoint: text(metadata, 'HttpEndpoint') ?? 'enabled',
      instanceMetadataTags: text(metadata, 'InstanceMetadataTags') ?? 'disabled',
    },
    disableApiTermination: flag(params, 'DisableApiTermination'),
    ebsOptimized: flag(params, 'EbsOptimized'),
    launchedAt: state.clock.now(),
    reboots: 0,
    fate,
    ...present('clientToken', text(params, 'ClientToken')),
    ...present('userData', text(params, 'UserData')),
  };
  const at = state.clock.now() + state.machineSeconds.pending * 1000;
  if (fate.dies !== undefined) {
    instance.stateReason = { code: fate.dies, message: `${fate.dies}: the launch did not succeed` };
    instance.next = { state: 'terminated', at };
  } else if (fate.neverRuns !== true) instance.next = { state: 'running', at };
  state.instances.set(instanceId, instance);
  if (fate.invisibleFor !== undefined) {
    const until = state.clock.now() + fate.invisibleFor;
    for (const id of [instanceId, ...devices.map(({ volumeId }) => volumeId)])
      state.hiddenUntil.set(id, until);
  }
  state.changed('instance', instanceId, 'created');
  return instance;
}

/** The image's devices, with what the launch says of them; sizes and further devices are not the sandbox's. */
function mappingsOf(image: ImageRecord, params: Params): ImageMapping[] {
  const given = structures(params, 'BlockDeviceMapping');
  const stranger = given.find(
    (one) => !image.mappings.some(({ device }) => device === required(one, 'DeviceName')),
  );
  if (stranger !== undefined)
    throw invalidValue('The sandbox launches with the devices of the image and no others.');
  return image.mappings.map((mapping) => {
    const ebs = structure(given.find((one) => text(one, 'DeviceName') === mapping.device) ?? {}, 'Ebs');
    if (Object.keys(ebs).length === 0) return mapping;
    const snapshotId = text(ebs, 'SnapshotId') ?? mapping.snapshotId;
    if (mapping.device === image.rootDevice && snapshotId !== mapping.snapshotId)
      throw new ApiError('InvalidBlockDeviceMapping', 'snapshotId cannot be modified on root device');
    // Without its snapshot a further device begins empty.
    if (mapping.device !== image.rootDevice && text(ebs, 'SnapshotId') === undefined)
      throw invalidValue('The sandbox makes no empty volumes.');
    const volumeType = text(ebs, 'VolumeType') ?? mapping.volumeType;
    const [iops, throughput] = [integer(ebs, 'Iops'), integer(ebs, 'Throughput')];
    if (iops !== undefined && !['gp3', 'io1', 'io2'].includes(volumeType))
      throw new ApiError(
        'InvalidParameterCombination',
        `The parameter iops is not supported for ${volumeType} volumes.`,
      );
    if (throughput !== undefined && volumeType !== 'gp3')
      throw new ApiError(
        'InvalidParameterCombination',
        `The parameter throughput is not supported for ${volumeType} volumes.`,
      );
    const { device, sizeGiB } = mapping;
    return {
      device,
      sizeGiB,
      snapshotId,
      volumeType,
      ...(iops === undefined ? {} : { iops }),
      ...(throughput === undefined ? {} : { throughput }),
      deleteOnTermination:
        text(ebs, 'DeleteOnTermination') === undefined
          ? mapping.deleteOnTermination
          : flag(ebs, 'DeleteOnTermination'),
    };
  });
}

function launchable(state: State, imageId: string): ImageRecord {
  const image = findImage(state, imageId);
  if (image.state !== 'available')
    throw new ApiError('InvalidAMIID.Unavailable', `The image ID '${imageId}' is not available`);
  return image;
}

interface Network {
  subnet: SubnetRecord;
  groups: string[];
  privateIp: string | undefined;
  isPublic: boolean;
}

/** What the launch says of its network, in the parameter of that name or beside it, but not in both. */
function readNetwork(state: State, params: Params): Network {
  const [first, second] = structures(params, 'NetworkInterface');
  if (second !== undefined) throw invalidValue('The sandbox gives a machine one network interface.');
  if (
    first !== undefined &&
    ['SubnetId', 'SecurityGroupId', 'PrivateIpAddress'].some((name) => name in params)
  ) {
    const message =
      'Network interfaces and an instance-level subnet ID, security groups or private address may not be specified on the same request';
    throw new ApiError('InvalidParameterCombination', message);
  }
  const given = first ?? params;
  const subnet = find(state, 'subnet', state.subnets, required(given, 'SubnetId'));
  const groups = texts(given, 'SecurityGroupId');
  const stranger = groups.find((group) => !state.securityGroups.has(group));
  if (stranger !== undefined)
    throw new ApiError('InvalidGroup.NotFound', `The security group '${stranger}' does not exist`);
  const asked = text(given, 'AssociatePublicIpAddress');
  const isPublic = asked === undefined ? subnet.mapsPublicIp : flag(given, 'AssociatePublicIpAddress');
  return { subnet, groups, privateIp: text(given, 'PrivateIpAddress'), isPublic };
}

function knownKey(state: State, name: string | undefined): string {
  if (name === undefined) return '';
  if (state.keyPairs.has(name)) return name;
  throw new ApiError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
}

/** Also asked when an instance that was stopped starts again. */
export function checkCapacity(state: State, type: string, zone: string): void {
  if (![type, zone, `${type}/${zone}`, '*'].some((what) => state.noCapacity.has(what))) return;
  const message = `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}).`;
  throw new ApiError('InsufficientInstanceCapacity', message);
}

function present<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
