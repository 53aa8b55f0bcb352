import { openPostgresStore } from '../../../src/store/postgres/database.ts';
import { storeContract } from '../../contracts/store/store.ts';
import { type PostgresServer, startPostgres } from './server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

storeContract('PostgreSQL', async () => {
  const address = server.address();
  return {
    open: (redact = (text: string) => text) => openPostgresStore({ address, redact }),
    drop: async () => void (await server.sql(`drop schema if exists ${address.schema} cascade`)),
  };
});
