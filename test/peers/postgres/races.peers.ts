import { onPostgres } from './on-postgres.ts';

await onPostgres(() => import('../../journeys/approval/races.test.ts'));
