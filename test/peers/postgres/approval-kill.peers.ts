import { onPostgres } from './on-postgres.ts';

await onPostgres(() => import('../../faults/approval/kill.drawn.ts'));
