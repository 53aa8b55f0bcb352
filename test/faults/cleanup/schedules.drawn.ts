import { inSchedules } from '../schedules/played.ts';

inSchedules('cleanup/schedules', 3);
