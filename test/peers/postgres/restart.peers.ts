import { botIn, finish, points } from '../../faults/bot-in.ts';
import { eventually } from '../../faults/eventually.ts';
import { letLeasesPass } from '../../faults/leases.ts';
import type { BotProcess } from '../../faults/process.ts';
import { faultsOfOneBackup } from '../../faults/told.ts';
import { smallWorld } from '../../faults/world.ts';
import { type PostgresServer, startPostgres } from './server.ts';

const SPEED = 60;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url(server.address());
});
afterAll(async () => {
  delete process.env.TEST_DATABASE_URL;
  await server.close();
});

it.each(['immediate'] as const)(
  'a backup goes on after a restart of the server (%s), started again by whoever looks after the bot',
  async (how) => {
    const world = await smallWorld({ speed: SPEED, ec2: { snapshotSeconds: { min: 300, max: 300 } } });
    const bots = [await botIn(world, SPEED)];
    const current = () => bots.at(-1) as BotProcess;
    try {
      await world.slack.command(world.ana.id, world.channel.id, 'now');
      await eventually('the image is made', () => points(current()).includes('image/done'));
      await server.stop(how);
      // The engine asks several times a second, and beats for each run all 15 s.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await server.start();
      const ended = await Promise.race([
        current().exited,
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 4_000)),
      ]);
      process.stdout.write(
        `restart (${how}): the bot ${ended === undefined ? 'went on' : 'ended and was started again'}\n`,
      );
      if (ended !== undefined) {
        expect(ended).toEqual({ code: 1, signal: null });
        letLeasesPass(world.dataFolder);
        bots.push(await botIn(world, SPEED));
      }
      await finish(world, current());
      expect(await faultsOfOneBackup(world)).toEqual([]);
    } finally {
      await Promise.all(bots.map((bot) => bot.stop()));
      await world.close();
    }
  },
);
