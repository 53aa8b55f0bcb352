import { inSchedules } from '../schedules/played.ts';

inSchedules('retention/schedules', 3);
