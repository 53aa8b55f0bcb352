import { inSchedules } from '../schedules/played.ts';

inSchedules('backup/quiesced-schedules', 3);
