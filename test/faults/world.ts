import { standardInstall } from '../../sandbox/ec2/world.ts';
import { createWorld, type World, type WorldOptions } from '../../sandbox/world.ts';
import { databaseUrl } from './database.ts';

/** A world for many beside one another: its machine is so small that the blocks of a snapshot are listed at once. */
export async function smallWorld(options: WorldOptions): Promise<World> {
  const world = await createWorld({ databaseUrl, ...options, standardInstall: false });
  standardInstall(world.ec2, { volumes: [{ device: '/dev/sda1', sizeGiB: 1 }] });
  return world;
}
