import { openPostgresStore } from '../../../src/store/postgres/database.ts';
import { postgresBackend } from '../../../src/workflows/engine/postgres-backend.ts';
import { storeContract } from '../../contracts/store/store.ts';
import { tidyContract } from '../../contracts/store/tidy.ts';
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

tidyContract('PostgreSQL', async (now) => {
  const address = server.address();
  // The engine's schema as well, from which ended runs go.
  const store = await openPostgresStore({
    address,
    redact: (text) => text,
    now,
    prepare: async () => (await postgresBackend(address)).stop(),
  });
  return { store, drop: async () => {} };
});
