import { onPostgres } from './on-postgres.ts';

await onPostgres(() => import('../../journeys/retention/prune.test.ts'));
