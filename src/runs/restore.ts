import { z } from 'zod';
import { WAYS } from '../core/restore/order.ts';
import type { Store } from '../core/store/store.ts';
import { actors, asked, instance } from './schemas.ts';

const optional = z.string().optional();

const tags = z.record(z.string(), z.string());

const backup = z.object({
  backupId: z.string(),
  imageId: z.string(),
  createdAt: z.number(),
  sourceInstanceId: optional,
  privateIp: optional,
  publicIp: optional,
  hostname: optional,
  note: optional,
  unproven: z.array(z.string()).optional(),
  volumes: z.array(z.object({ volumeId: z.string(), device: z.string() })).optional(),
});

const old = z.object({
  instanceId: z.string(),
  name: optional,
  state: z.string(),
  privateIp: optional,
  publicIp: optional,
  rootVolumeId: optional,
  rootDevice: optional,
  tags,
  actors,
});

const launch = z.object({
  type: z.string(),
  subnetId: z.string(),
  vpcId: optional,
  zone: optional,
  securityGroupIds: z.array(z.string()),
  keyName: optional,
  profileArn: optional,
  privateIp: optional,
  publicAddress: z.boolean().optional(),
  metadata: z
    .object({
      httpTokens: z.string().exactOptional(),
      httpPutResponseHopLimit: z.number().exactOptional(),
      httpEndpoint: z.string().exactOptional(),
      instanceMetadataTags: z.string().exactOptional(),
    })
    .optional(),
  ebsOptimized: z.boolean().optional(),
  volumes: z
    .array(
      z.object({
        device: z.string(),
        bytes: z.number().optional(),
        type: z.string(),
        iops: z.number().optional(),
        throughput: z.number().optional(),
        ask: z.object({ snapshotId: optional, deletedWithMachine: z.boolean() }).optional(),
      }),
    )
    .optional(),
  tags,
  volumeTags: tags,
  lacks: z.object({ traits: tags, tags: z.array(z.string()), unkept: z.number() }).optional(),
  others: z.object({
    types: z.array(z.string()),
    subnets: z.array(z.object({ subnetId: z.string(), zone: z.string() })),
  }),
});

const address = z.object({ allocationId: z.string(), publicIp: z.string(), instanceId: optional });

const any = {
  ...asked,
  reason: z.string(),
  ssh: z.boolean(),
  url: optional,
  newHost: optional,
  removeNomad: z.boolean(),
  restoredFiles: z
    .object({
      snapshotId: z.string(),
      repository: z.string(),
      files: z.number(),
      bytes: z.number(),
      paths: z.array(z.string()),
    })
    .optional(),
  paths: z.object({ files: z.array(z.string()), nomad: z.string() }),
  seen: z.union([
    z.object({
      files: z.array(
        z.object({ path: z.string(), lines: z.array(z.object({ line: z.number(), text: z.string() })) }),
      ),
    }),
    z.object({ trouble: z.string() }),
  ]),
  listBuilds: z.boolean(),
  startApp: z.boolean(),
  selector: instance,
  mounts: z.array(z.object({ source: z.string(), target: z.string(), type: z.string() })).optional(),
};

const onNewMachine = { ...any, backup, launch, old: old.optional() };

/**
 * All a restore does, as people approved it: a run that goes on after a restart depends on the configuration of the
 * moment for the SSH key alone. Ids and settings only, no secrets.
 */
export const restoreInput = z.discriminatedUnion('way', [
  z.object({
    ...onNewMachine,
    way: z.literal('replace'),
    address: address.optional(),
    cutOver: z.enum(['planned', 'asked']),
  }),
  z.object({ ...onNewMachine, way: z.literal('test') }),
  z.object({
    ...any,
    way: z.literal('in-place'),
    backup: backup.optional(),
    old,
    root: z.union([z.object({ imageId: z.string() }), z.object({ volumeId: z.string() })]),
  }),
]);

export const RESTORE = 'restore';

const approvedRestore = z.object({
  runId: z.string(),
  way: z.enum(WAYS),
  backup: z.object({ backupId: z.string(), imageId: z.string(), createdAt: z.number() }).optional(),
  old: z.object({ instanceId: z.string(), rootVolumeId: optional }).optional(),
});

export type ApprovedRestore = z.infer<typeof approvedRestore>;

/**
 * What others read of a restore once it has ended, also of one that an older version of the bot carried out; undefined where the
 * database has no approval of it.
 */
export async function approvedRestoreOf(
  { approvals }: Pick<Store, 'approvals'>,
  runId: string,
): Promise<ApprovedRestore | undefined> {
  return approvedRestore.safeParse((await approvals.get(runId))?.value.plan.start.input).data;
}
