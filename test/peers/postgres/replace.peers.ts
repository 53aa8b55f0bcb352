import { onPostgres } from './on-postgres.ts';

await onPostgres(() => import('../../journeys/restore/replace.test.ts'));
