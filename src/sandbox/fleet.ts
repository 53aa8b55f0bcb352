import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ec2Server } from './ec2/server.ts';
import { standardInstall } from './ec2/world.ts';

/** One Services machine a name, and the TARGETS_FILE that tells the bot of them. Gives the file's path. */
export function addFleet(ec2: Ec2Server, folder: string, names: readonly string[]): string {
  names.forEach((name, i) => {
    standardInstall(ec2, {
      privateIp: `10.20.${1 + Math.floor(i / 200)}.${12 + (i % 200)}`,
      publicIp: `203.0.113.${1 + (i % 250)}`,
      tags: { Name: 'circleci_services', Installation: name },
    });
  });
  const file = join(folder, 'targets.yml');
  writeFileSync(
    file,
    stringify({ targets: names.map((name) => ({ name, SERVICES_INSTANCE: `tag:Installation=${name}` })) }),
  );
  return file;
}
