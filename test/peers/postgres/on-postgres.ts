import { startPostgres } from './server.ts';

/** Plays a suite as it is on another database: it asks for the server where it makes a world. */
export async function onPostgres(suite: () => Promise<unknown>): Promise<void> {
  const server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url(server.address());
  afterAll(async () => {
    delete process.env.TEST_DATABASE_URL;
    await server.close();
  });
  await suite();
}
