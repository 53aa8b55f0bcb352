import { onPostgres } from './on-postgres.ts';

await onPostgres(() => import('../../faults/backup/kill.drawn.ts'));
