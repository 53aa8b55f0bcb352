import { REBOOT, wrongAfter } from './downtime-kill.ts';
import { EVERY_KILL } from './reboot-kill.ts';

/** Each holds a world and a bot. */
const AT_ONCE = 8;

it('a backup for which the machine restarts does that once, and has CircleCI up again, whenever its bot is killed', async () => {
  expect(await wrongAfter(REBOOT, EVERY_KILL, AT_ONCE)).toEqual([]);
}, 900_000);
