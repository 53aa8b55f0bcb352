import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circleciServer } from '../../../sandbox/machine/databases/server.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import type { World, WorldOptions } from '../../../sandbox/world.ts';
import { type Journey, startJourney } from '../journey.ts';

/** Two stores whose programs run on the Services machine itself. */
const STORES =
  '[{name: pg, kind: postgres, databases: circle}, {name: mongo, kind: mongodb, databases: circle_ghe}]';

export interface DatastoresJourney extends Journey {
  /** The Services machine. */
  machine: Machine;
  /** The host of the databases, where they have one of their own. */
  database?: Machine;
  /** Servers that its programs reach. */
  databases: { postgres: ReturnType<typeof circleciServer>; mongodb: ReturnType<typeof circleciServer> };
}

/** A host beside the Services machine, which alone reaches the databases; gives DATASTORES. */
export function addDatabaseHost({ ec2, machines }: World): string {
  const { instanceId } = ec2.addInstance({ privateIp: '10.20.9.30', tags: { Name: 'databases' } });
  const { hostKey } = machines.of(instanceId);
  const at = `host: 10.20.9.30, host_key: '${hostKey}'`;
  return `[{name: pg, kind: postgres, databases: circle, ${at}}, {name: mongo, kind: mongodb, databases: circle_ghe, ${at}}]`;
}

/** A target with external datastores, and a repository for what is dumped of them. `add`: what is there besides, before the bot starts. */
export async function startDatastores(
  env: Record<string, string> = {},
  options: WorldOptions = {},
  add?: (world: World) => string,
): Promise<DatastoresJourney> {
  const folder = mkdtempSync(join(tmpdir(), 'circleci-backup-'));
  const password = join(folder, 'restic_password');
  writeFileSync(password, 'sandbox-repository-password\n');
  const databases = { postgres: circleciServer('postgres'), mongodb: circleciServer('mongodb') };
  const journey = await startJourney(
    {
      ...options,
      machines: {
        timing: { noAnswer: 10_000 },
        ...options.machines,
        install: { ...options.machines?.install, databases },
      },
      env: {
        APPROVAL_EXPIRES: '2d',
        DATASTORES: STORES,
        RESTIC_REPOSITORY: 's3:https://s3.example.com/acme-circleci',
        RESTIC_PASSWORD_FILE: password,
        ...options.env,
        ...env,
      },
    },
    (world) => {
      if (add !== undefined) world.env.DATASTORES = add(world);
    },
  );
  const [machine, database] = journey.machines.running.values();
  if (machine === undefined) throw new Error('no machine runs');
  const close = async () => {
    await journey.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...journey, machine, databases, close, ...(database === undefined ? {} : { database }) };
}
