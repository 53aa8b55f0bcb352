import { CreateImageCommand } from '@aws-sdk/client-ec2';
import { type MachineHooks, noMachines } from '../../../../sandbox/ec2/instances/machines.ts';
import type { Ec2Options } from '../../../../sandbox/ec2/wire/server.ts';
import { TAG } from '../../../../src/core/catalogue/tags.ts';
import type { ConsoleKeys } from '../../../../src/core/model/host-keys.ts';
import type { Clock } from '../../../../src/core/ports/clock.ts';
import type { Ec2 } from '../../../../src/core/ports/ec2.ts';
import type { CallOptions, Trouble } from '../../../../src/core/ports/ec2-call.ts';
import type { Ec2Machines, LaunchRequest } from '../../../../src/core/ports/ec2-machines.ts';
import { noLog } from '../../../../src/core/ports/log.ts';
import { createEc2 } from '../../../../src/gateways/ec2/ec2.ts';
import { noMetrics } from '../../../no-metrics.ts';
import { startWorld, type World } from '../../../sandbox/ec2/harness.ts';

export const RUN = 'rs-20261123-0314-x4qz';
const BACKUP = 'bk-20261122-0314-abcd';

export interface MachineWorld extends World {
  /** The port at the sandbox's wire, on a clock whose waits end at once. */
  port: Ec2;
  machines: Ec2Machines;
  call: CallOptions;
  troubles: Trouble[];
  /** A complete backup of `prod`: an image that can be launched. */
  imageId: string;
  /** What the machines behind the instances were told, e.g. `booted i-…`. */
  told: string[];
  request(more?: Partial<LaunchRequest>): LaunchRequest;
  /** Lets the clock go on until everything that was begun has ended. */
  settle(): Promise<void>;
}

export async function machineWorld(
  options: Partial<Ec2Options> & { requestTimeoutMs?: number } = {},
): Promise<MachineWorld> {
  const told: string[] = [];
  const world = await startWorld({ machines: recorded(told), pageSize: 7, ...options });
  const { server, clock, prod, ec2 } = world;
  const hurried: Clock = {
    now: clock.now,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) await clock.advance(ms);
    },
  };
  const port = createEc2(
    {
      region: server.region,
      endpointEc2: server.url,
      endpointEbs: server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
      ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    },
    { clock: hurried, random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const image = await ec2.send(
    new CreateImageCommand({
      InstanceId: prod.instanceId,
      Name: 'backup',
      NoReboot: true,
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: TAG.run, Value: BACKUP }] }],
    }),
  );
  const imageId = image.ImageId ?? '';
  server.completeImage(imageId);
  server.calls.length = 0;
  told.length = 0;
  const troubles: Trouble[] = [];
  return {
    ...world,
    port,
    machines: port.machines,
    troubles,
    call: {
      signal: new AbortController().signal,
      patienceMs: 60_000,
      onTrouble: (trouble) => troubles.push(trouble),
    },
    imageId,
    told,
    request: (more = {}) => ({
      runId: RUN,
      clientToken: `${RUN}-1`,
      imageId,
      type: 'm5.2xlarge',
      subnetId: prod.subnetId ?? '',
      zone: prod.zone,
      securityGroupIds: prod.securityGroups.map(({ groupId }) => groupId),
      keyName: prod.keyName,
      profileArn: prod.profileArn,
      tags: { Name: `circleci_services (restore ${RUN})` },
      volumeTags: { Name: `circleci_services (restore ${RUN})` },
      ...more,
    }),
    settle: () => clock.advance(10 * 60_000),
    async [Symbol.asyncDispose]() {
      port.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** `ssh-keygen -lf` prints the fingerprint of that key so. */
const FINGERPRINT = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';
export const KEYS_OF_ANY: ConsoleKeys = {
  kind: 'keys',
  keys: [{ type: 'ED25519', fingerprint: FINGERPRINT }],
};
const CONSOLE = [
  '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
  `256 ${FINGERPRINT} root@ip-10-20-0-4 (ED25519)`,
  '-----END SSH HOST KEY FINGERPRINTS-----',
];

function recorded(told: string[]): MachineHooks {
  return {
    ...noMachines,
    booted: ({ instanceId, rootVolumeId, publicIp }) =>
      void told.push(`booted ${instanceId} from ${rootVolumeId} at ${publicIp ?? 'no public address'}`),
    halted: (instanceId) => void told.push(`halted ${instanceId}`),
    addressed: (instanceId, { publicIp }) =>
      void told.push(`addressed ${instanceId} ${publicIp ?? 'no public address'}`),
    volumeFilled: (volumeId, snapshotId) => void told.push(`filled ${volumeId} from ${snapshotId}`),
    forgotten: (id) => void told.push(`forgotten ${id}`),
    consoleOutput: () => `${CONSOLE.join('\r\n')}\r\n`,
  };
}
