import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ec2Server } from './ec2/wire/server.ts';
import { standardInstall } from './ec2/world.ts';
import type { DiskOptions } from './machine/disk/disk.ts';
import type { Machines } from './machine/machines.ts';

/** A target, in the world's own region where no other is named. */
export interface FleetTarget {
  name: string;
  region?: string;
  /** What its machine is like, where it is to be another than the others. */
  install?: Partial<DiskOptions>;
  /** Settings of its own. */
  settings?: Record<string, string>;
}

/** One Services machine a target, and the TARGETS_FILE that tells the bot of them. Gives the file's path. */
export function addFleet(
  ec2In: (region: string | undefined) => Ec2Server,
  folder: string,
  targets: readonly FleetTarget[],
  machines: Machines,
): string {
  const { install: common } = machines;
  targets.forEach(({ name, region, install }, i) => {
    machines.install = () => ({ ...common(), ...install });
    standardInstall(ec2In(region), {
      privateIp: `10.20.${1 + Math.floor(i / 200)}.${12 + (i % 200)}`,
      publicIp: `203.0.113.${1 + (i % 250)}`,
      tags: { Name: 'circleci_services', Installation: name },
    });
  });
  machines.install = common;
  const settings = targets.map(({ name, region, settings: own }) => ({
    name,
    ...(region === undefined ? {} : { AWS_REGION: region }),
    SERVICES_INSTANCE: `tag:Installation=${name}`,
    ...own,
  }));
  const file = join(folder, 'targets.yml');
  writeFileSync(file, stringify({ targets: settings }));
  return file;
}
