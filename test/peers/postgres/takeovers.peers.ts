import { seed } from '../../faults/drawn.ts';
import { type PostgresServer, startPostgres } from './server.ts';
import { live } from './takeovers.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url(server.address());
});
afterAll(async () => {
  delete process.env.TEST_DATABASE_URL;
  await server.close();
});

it(`two processes share the work, and one takes over from the other (SEED=${seed})`, async () => {
  const { takeovers, stops, faults } = await live(server, `${seed} two`, { processes: 2, rounds: 2 });
  process.stdout.write(`takeovers: ${takeovers}, beyond a lease: ${stops}, SEED=${seed}\n`);
  expect(faults).toEqual([]);
  expect(takeovers).toBeGreaterThanOrEqual(3);
  expect(stops).toBeGreaterThanOrEqual(1);
});
