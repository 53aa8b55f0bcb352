import { inSchedules } from '../schedules/played.ts';

inSchedules('backup/schedules', 3);
