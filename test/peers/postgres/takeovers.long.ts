import { countOf, DRAWN, seed } from '../../faults/drawn.ts';
import { type PostgresServer, startPostgres } from './server.ts';
import { live } from './takeovers.ts';

const ALL = 6;
const lives = countOf(1, ALL);

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url(server.address());
});
afterAll(async () => {
  delete process.env.TEST_DATABASE_URL;
  await server.close();
});

it(`two and four processes, one of which is killed or stands still again and again (${DRAWN})`, async () => {
  let takeovers = 0;
  let stops = 0;
  for (let n = 0; n < lives; n += 1) {
    const processes = n % 2 === 0 ? 4 : 2;
    const life = await live(server, `${seed} ${n}`, { processes, rounds: 3 });
    takeovers += life.takeovers;
    stops += life.stops;
    process.stdout.write(`${processes} processes: ${JSON.stringify(life)}\n`);
    expect(life.faults).toEqual([]);
  }
  // Below these the test has shown too little.
  expect(takeovers).toBeGreaterThanOrEqual(lives === ALL ? 20 : lives * 2);
  expect(stops).toBeGreaterThanOrEqual(lives === ALL ? 5 : 1);
}, 1_800_000);
