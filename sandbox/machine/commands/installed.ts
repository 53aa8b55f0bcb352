import { getCommandNames } from 'just-bash';
import { MONGO_TOOLS } from '../databases/mongodb.ts';
import { POSTGRES_TOOLS } from '../databases/postgres.ts';
import { type Disk, putFile } from '../disk/disk.ts';
import type { MachineFaults } from '../faults.ts';
import type { Tool } from '../inside.ts';
import { BACKGROUND_TOOLS } from './background.ts';
import { CONSOLE_TOOLS } from './console.ts';
import { FILE_TOOLS } from './files.ts';
import { FIND_TOOLS } from './find.ts';
import { NOMAD } from './nomad.ts';
import { REPLICATEDCTL } from './replicatedctl.ts';
import { RESTIC } from './restic.ts';
import { SERVICE, SYSTEMCTL } from './services.ts';
import { STAT_TOOLS } from './stat.ts';
import { SUDO, SYSTEM_TOOLS } from './system.ts';

/** The commands that are on the machine now, each with the file in its PATH that a shell looks for. */
export function installTools(disk: Disk, faults: MachineFaults): Tool[] {
  const tools = [
    ...FILE_TOOLS,
    ...STAT_TOOLS,
    ...FIND_TOOLS,
    ...SYSTEM_TOOLS,
    ...CONSOLE_TOOLS,
    ...BACKGROUND_TOOLS,
    SERVICE,
    ...(faults.nomad === 'absent' ? [] : [NOMAD]),
    ...(disk.layout.init === 'systemd' ? [SYSTEMCTL] : []),
    ...(faults.sudo === 'absent' ? [] : [SUDO]),
    ...(faults.replicatedctl === 'absent' ? [] : [REPLICATEDCTL]),
    ...(faults.restic === 'missing' ? [] : [RESTIC]),
    ...(disk.databases.postgres === undefined ? [] : POSTGRES_TOOLS),
    ...(disk.databases.mongodb === undefined ? [] : MONGO_TOOLS),
  ];
  for (const absent of [SUDO, REPLICATEDCTL, NOMAD, RESTIC]) {
    if (!tools.includes(absent)) disk.files.delete(pathOf(absent.name));
  }
  for (const name of [...getCommandNames(), ...tools.map((tool) => tool.name)]) {
    const path = pathOf(name);
    if (!disk.files.has(path)) putFile(disk, path, '', { mode: 0o755 });
  }
  return tools;
}

/** The interpreter finds its commands in /usr/bin; whatever stands elsewhere is a script to it. */
function pathOf(name: string): string {
  return `/usr/bin/${name}`;
}
