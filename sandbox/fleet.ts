import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ec2Server } from './ec2/wire/server.ts';
import { standardInstall } from './ec2/world.ts';

/** A target, in the world's own region where no other is named. */
export interface FleetTarget {
  name: string;
  region?: string;
}

/** One Services machine a target, and the TARGETS_FILE that tells the bot of them. Gives the file's path. */
export function addFleet(
  ec2In: (region: string | undefined) => Ec2Server,
  folder: string,
  targets: readonly FleetTarget[],
): string {
  targets.forEach(({ name, region }, i) => {
    standardInstall(ec2In(region), {
      privateIp: `10.20.${1 + Math.floor(i / 200)}.${12 + (i % 200)}`,
      publicIp: `203.0.113.${1 + (i % 250)}`,
      tags: { Name: 'circleci_services', Installation: name },
    });
  });
  const settings = targets.map(({ name, region }) => ({
    name,
    ...(region === undefined ? {} : { AWS_REGION: region }),
    SERVICES_INSTANCE: `tag:Installation=${name}`,
  }));
  const file = join(folder, 'targets.yml');
  writeFileSync(file, stringify({ targets: settings }));
  return file;
}
