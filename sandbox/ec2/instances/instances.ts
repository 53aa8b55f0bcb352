import { failImage } from '../images/image-state.ts';
import { dropElasticIp, elasticIpOf } from '../network/addresses.ts';
import { publicAddress } from '../network/public-address.ts';
import { STANDARD_SUBNET, STANDARD_VPC } from '../network/subnets.ts';
import type { InstanceRecord, State } from '../state.ts';
import { addVolume, type VolumeSpec } from './volumes.ts';

/** An instance to add: everything has the value of CircleCI's standard install unless given. */
export type NewInstance = Partial<Omit<InstanceRecord, 'devices' | 'rootDevice' | 'reboots'>> & {
  /** All its volumes, the root volume first (default: one of 150 GB). */
  volumes?: VolumeSpec[];
};

/** The one volume of a standard install: 48 GiB of it are written. */
const ROOT_VOLUME: VolumeSpec = {
  device: '/dev/sda1',
  sizeGiB: 150,
  type: 'gp2',
  usedBlocks: 48 * 2048,
  deleteOnTermination: false,
};

export function addInstance(state: State, given: NewInstance): InstanceRecord {
  const { volumes = [ROOT_VOLUME], ...own } = given;
  const count = state.instances.size + 1;
  const instanceId = own.instanceId ?? state.nextId('instance');
  const zone = own.zone ?? `${state.region}a`;
  const devices = volumes.map((spec) => ({
    device: spec.device,
    volumeId: addVolume(state, spec, { instanceId, zone }).volumeId,
    deleteOnTermination: spec.deleteOnTermination ?? false,
  }));
  const instance: InstanceRecord = {
    imageId: 'ami-0f2ed58082cb08a4d',
    state: 'running',
    instanceType: 'm5.2xlarge',
    privateIp: `10.20.${Math.floor(count / 200) + 1}.${(count % 200) + 20}`,
    publicIp: publicAddress(count),
    subnetId: STANDARD_SUBNET,
    vpcId: STANDARD_VPC,
    securityGroups: [
      { groupId: 'sg-0a4f6d2c9b8e71350', groupName: 'circleci_services_sg' },
      { groupId: 'sg-0a4f6d2c9b8e71351', groupName: 'circleci_users_sg' },
    ],
    keyName: 'circleci',
    profileArn: `arn:aws:iam::${state.accountId}:instance-profile/circleci_profile`,
    tags: { Name: 'circleci_services' },
    metadata: { httpTokens: 'optional', httpPutResponseHopLimit: 1 },
    disableApiTermination: true,
    ebsOptimized: true,
    launchedAt: state.clock.now(),
    ...own,
    instanceId,
    zone,
    rootDevice: devices[0]?.device ?? ROOT_VOLUME.device,
    devices,
    reboots: 0,
  };
  instance.autoPublicIp = own.autoPublicIp ?? instance.publicIp !== undefined;
  state.keyPairs.add(instance.keyName);
  for (const { groupId } of instance.securityGroups) state.securityGroups.add(groupId);
  state.instances.set(instanceId, instance);
  state.changed('instance', instanceId, 'created');
  if (instance.state === 'running') boot(state, instance);
  return instance;
}

/** Tells the machine behind the instance that it starts. */
export function boot(state: State, instance: InstanceRecord): void {
  const { instanceId, privateIp, publicIp, rootDevice } = instance;
  const root = instance.devices.find(({ device }) => device === rootDevice);
  if (root === undefined || privateIp === undefined) return;
  state.machines.booted({
    instanceId,
    rootVolumeId: root.volumeId,
    privateIp,
    ...(publicIp === undefined ? {} : { publicIp }),
  });
}

/** Loses the machine, whatever its protection says: addresses, network and volumes go as EC2 lets them go. */
export function terminateInstance(state: State, instance: InstanceRecord): void {
  if (instance.state === 'running') state.machines.halted(instance.instanceId);
  instance.state = 'terminated';
  delete instance.next;
  delete instance.bootsAt;
  dropElasticIp(state, instance.instanceId);
  delete instance.privateIp;
  delete instance.publicIp;
  delete instance.subnetId;
  delete instance.vpcId;
  instance.securityGroups = [];
  for (const { volumeId, deleteOnTermination } of instance.devices) {
    if (deleteOnTermination) {
      state.volumes.delete(volumeId);
      state.machines.forgotten(volumeId);
    } else delete state.volumes.get(volumeId)?.attachedTo;
    state.changed('volume', volumeId, deleteOnTermination ? 'deleted' : 'available');
  }
  instance.devices = [];
  state.changed('instance', instance.instanceId, 'terminated');
  for (const image of state.images.values()) {
    if (image.state !== 'pending' || image.sourceInstanceId !== instance.instanceId) continue;
    failImage(state, image, `Instance ${instance.instanceId} was terminated before the image was complete`);
  }
}

/** Stops the machine; a public address that is no Elastic IP is lost. */
export function stopInstance(state: State, instance: InstanceRecord): void {
  if (instance.state === 'running') state.machines.halted(instance.instanceId);
  instance.state = 'stopped';
  delete instance.next;
  delete instance.bootsAt;
  if (elasticIpOf(state, instance.instanceId) === undefined) delete instance.publicIp;
  state.changed('instance', instance.instanceId, 'stopped');
}

/** Starts it again, with another public address. */
export function startInstance(state: State, instance: InstanceRecord): void {
  instance.state = 'running';
  delete instance.next;
  if (elasticIpOf(state, instance.instanceId) === undefined && instance.autoPublicIp === true)
    instance.publicIp = publicAddress(state.instances.size + 100);
  instance.launchedAt = state.clock.now();
  state.changed('instance', instance.instanceId, 'running');
  boot(state, instance);
}
