import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../src/core/ports/clock.ts';
import { newKeyPair } from './machine/access/host-key.ts';
import { inventedBuilds } from './machine/circleci/build-record.ts';
import { type DiskOptions, loginUser } from './machine/disk/disk.ts';
import { createMachines, type Machines } from './machine/machines.ts';
import { createNetwork, type Network } from './machine/network.ts';
import type { MachineTiming } from './machine/timing.ts';

const CIRCLECI_HOST = 'ci.acme-rail.example';
const CIRCLECI_TOKEN = 'sandbox-circleci-token-0000000000000000';

/** So long that it is still running when a test, whose clock races, makes its backup. */
const LONG_MS = 30 * 24 * 3_600_000;

export interface ServicesMachinesOptions {
  clock: Clock;
  /** Where the bot's private key is written. */
  dataFolder: string;
  /** What the standard install is like, where it is to be another. */
  install?: Partial<DiskOptions>;
  timing?: Partial<MachineTiming>;
}

export interface ServicesMachines {
  machines: Machines;
  network: Network;
  /** The settings with which the bot finds its way in. */
  env: Record<string, string>;
  /** Leads CircleCI's name to an address, as its A record does. */
  point(publicIp: string): void;
  close(): Promise<void>;
}

/** The Services machines of the world, and the network in which they are. */
export async function createServicesMachines(options: ServicesMachinesOptions): Promise<ServicesMachines> {
  const { clock, dataFolder } = options;
  const key = newKeyPair('circleci-backup');
  const keyFile = join(dataFolder, 'services_key');
  writeFileSync(keyFile, key.privateKey, { mode: 0o600 });
  const machines = createMachines({
    clock,
    ...(options.timing && { timing: options.timing }),
    install: () => ({
      authorizedKey: key.publicKey,
      apiToken: CIRCLECI_TOKEN,
      hostname: CIRCLECI_HOST,
      builds: inventedBuilds(clock.now(), options.install?.busy === true ? {} : { runMs: LONG_MS }),
      ...options.install,
    }),
  });
  const network = await createNetwork(machines, { clock });
  return {
    machines,
    network,
    env: {
      CIRCLECI_URL: `https://${CIRCLECI_HOST}`,
      CIRCLECI_TOKEN,
      SSH_USER: loginUser(options.install ?? {}),
      SSH_PRIVATE_KEY_FILE: keyFile,
    },
    point: (publicIp) => void machines.names.set(CIRCLECI_HOST, publicIp),
    async close() {
      machines.close();
      await network.close();
    },
  };
}
