import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ec2Server } from '../../sandbox/ec2/wire/server.ts';
import { createWorld, type World } from '../../sandbox/world.ts';

/** EC2 takes this long for an image, by how much of the volume is written: the machines of a fleet differ. */
export const IMAGE_SECONDS = { min: 600, max: 900 };
const BLOCKS_OF_A_GIB = 2048;

/** `size` machines named by their target, of which images take evenly 10 to 15 minutes; `names[i]` is a target. */
export async function createFleetWorld(
  size: number,
  options: { speed: number; imageSeconds?: { min: number; max: number } },
): Promise<{ world: World; names: string[]; instanceIds: string[] }> {
  const world = await createWorld({
    speed: options.speed,
    fleet: [],
    ec2: { snapshotSeconds: options.imageSeconds ?? IMAGE_SECONDS },
  });
  const names = Array.from({ length: size }, (_, i) => `t${i + 1}`);
  const instanceIds = names.map((name, i) => addMachine(world.ec2, name, (i + 1) / (size + 1)));
  const targets = names.map((name) => ({ name, SERVICES_INSTANCE: `tag:Installation=${name}` }));
  const file = join(world.dataFolder, 'targets.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ targets }));
  world.env.TARGETS_FILE = file;
  return { world, names, instanceIds };
}

/** Volumes are small, so that listing their blocks takes little: the API calls are what is measured. */
function addMachine(ec2: Ec2Server, name: string, written: number): string {
  return ec2.addInstance({
    tags: { Name: 'circleci_services', Installation: name },
    volumes: [{ device: '/dev/sda1', sizeGiB: 1, usedBlocks: Math.round(BLOCKS_OF_A_GIB * written) }],
  }).instanceId;
}

/** Everybody at once asks for a backup of everything; resolves when each was acknowledged. */
export async function backUpAll(world: World, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => world.slack.command(world.ana.id, world.channel.id, `now ${name}`)));
}

export async function until(what: string, withinMs: number, condition: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > withinMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
