import type { ImageRecord, InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { standardInstall } from '../../../sandbox/ec2/world.ts';
import { type Disk, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { createWorld, type World, type WorldOptions } from '../../../sandbox/world.ts';
import { imageTags } from '../../../src/core/catalogue/backup-tags.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { olderBackups } from '../../older-backup.ts';
import { QUICK_SECONDS, QUICK_TIMING } from '../../quick-machines.ts';
import { guardOver } from '../schedules/guard.ts';
import type { GuardedWorld } from '../schedules/workflow.ts';

/** The addresses that the backup's files hold. */
const BACKUP_ADDRESSES = { privateIp: '10.20.1.12', publicIp: '203.0.113.40' };

/** A world in which there is something to restore. */
export interface RestoreWorld extends GuardedWorld {
  /** The machine that was there from the first, and its files as they were then. */
  old: InstanceRecord;
  oldDisk: Disk;
  backup: ImageRecord;
  /** The files that are in the backup, by path. */
  inBackup: ReadonlyMap<string, string>;
  /** What each machine has or last had, by its id. */
  known: ReadonlyMap<string, Known>;
  /** Machines that were launched while another launched one was still there. */
  surplus: string[];
}

export interface Known {
  disk: Disk;
  /** With which it booted. */
  privateIp: string;
  publicIp?: string;
}

export interface RestoreWorldOptions extends WorldOptions {
  /** The old machine has it. */
  elasticIp?: string;
}

const ENDED = new Set(['terminated', 'shutting-down']);

/** One small machine and a backup of it, a day old. Its public address was another one then. */
export async function restoreWorld({ elasticIp, ...options }: RestoreWorldOptions): Promise<RestoreWorld> {
  const world = await createWorld({
    ...options,
    standardInstall: false,
    ec2: { machineSeconds: QUICK_SECONDS, ...options.ec2 },
    machines: { timing: QUICK_TIMING, ...options.machines },
    env: { APPROVAL_EXPIRES: '2w', ...options.env },
  });
  const { ec2, machines } = world;
  const { prod: old } = standardInstall(ec2, {
    ...BACKUP_ADDRESSES,
    volumes: [{ device: '/dev/sda1', sizeGiB: 1 }],
  });
  const oldDisk = machines.of(old.instanceId).disk;
  const backup = addBackup(world, old);
  // What the system shows of itself is no file.
  const paths = [...oldDisk.files.keys()].filter((path) => !path.startsWith('/proc/'));
  const inBackup = new Map(paths.map((path) => [path, textAt(oldDisk, path) ?? '']));
  // It was stopped and started since.
  const { privateIp } = BACKUP_ADDRESSES;
  const publicIp = '203.0.113.41';
  old.publicIp = publicIp;
  machines.hooks.addressed(old.instanceId, { privateIp, publicIp });
  if (elasticIp !== undefined) ec2.addAddress({ publicIp: elasticIp, instanceId: old.instanceId });

  const first = { disk: oldDisk, privateIp, publicIp: elasticIp ?? publicIp };
  const known = new Map<string, Known>([[old.instanceId, first]]);
  const { booted } = machines.hooks;
  machines.hooks.booted = (machine) => {
    booted(machine);
    const { instanceId, privateIp, publicIp } = machine;
    const { disk } = machines.of(instanceId);
    known.set(instanceId, { disk, privateIp, ...(publicIp !== undefined && { publicIp }) });
  };
  const guard = guardOver(world, old);
  const surplus: string[] = [];
  ec2.onChange(({ noun, id, what }) => {
    if (noun !== 'instance' || what !== 'created' || !guard.isOwn(id)) return;
    const others = launchedIn({ ec2, guard, old }).filter((one) => one.instanceId !== id);
    if (others.some(({ state }) => !ENDED.has(state))) surplus.push(id);
  });
  return { ...world, guard, old, oldDisk, backup, inBackup, known, surplus };
}

/** Machines that the bot has launched, those that are gone as well. */
export function launchedIn({
  ec2,
  guard,
  old,
}: Pick<RestoreWorld, 'ec2' | 'guard' | 'old'>): InstanceRecord[] {
  return [...ec2.instances.values()].filter((one) => one !== old && guard.isOwn(one.instanceId));
}

function addBackup({ ec2, machines, clock }: World, old: InstanceRecord): ImageRecord {
  const image = olderBackups(ec2, old, clock.now())(1);
  const [root] = old.devices;
  const [mapping] = image.mappings;
  if (root === undefined || mapping === undefined) throw new Error('the machine has no volume');
  machines.hooks.snapshotStarted(mapping.snapshotId, root.volumeId);
  const tags = imageTags({
    runId: image.tags[TAG.run] ?? '',
    target: 'prod',
    mode: 'live',
    createdAt: image.createdAt,
    requester: { schedule: '0 3 * * *', slot: image.createdAt },
    hostname: 'ci.acme-rail.example',
    instance: {
      instanceId: old.instanceId,
      state: old.state,
      type: old.instanceType,
      zone: old.zone,
      ...BACKUP_ADDRESSES,
      ...(old.subnetId === undefined ? {} : { subnetId: old.subnetId }),
      ...(old.vpcId === undefined ? {} : { vpcId: old.vpcId }),
      securityGroupIds: old.securityGroups.map(({ groupId }) => groupId),
      keyName: old.keyName,
      profileArn: old.profileArn,
      volumes: [{ volumeId: root.volumeId, device: root.device }],
    },
  });
  Object.assign(image.tags, tags, { [TAG.snapshots]: `${root.volumeId}=${mapping.snapshotId}` });
  return image;
}
