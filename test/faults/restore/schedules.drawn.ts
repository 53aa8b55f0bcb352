import { inSchedules } from '../schedules/played.ts';

inSchedules('restore/schedules', 8);
