import { LOST_ANSWERS, REBOOT, wrongAfter } from './downtime-kill.ts';
import { IS_DOWN } from './reboot-kill.ts';

/** Where the most is at stake; all points are in reboot-kill.long.ts. */
const KILLS = [
  { name: 'image/started', at: 'image/started' },
  { name: 'image/done', at: 'image/done' },
  ...LOST_ANSWERS,
  IS_DOWN,
  { name: 'verify-app/done', at: 'verify-app/done' },
];

it('a backup for which the machine restarts does that once, and has CircleCI up again, where its bot is killed', async () => {
  expect(await wrongAfter(REBOOT, KILLS)).toEqual([]);
}, 300_000);
