import { backupStages } from '../../../src/runs/backup-stages.ts';
import { DRAWN, drawn } from '../drawn.ts';
import { type AwayKill, isApp, LOST_ANSWERS, machineOf, REBOOT, wrongAfter } from './downtime-kill.ts';

const STEPS = backupStages('reboot', { ssh: true, files: false, datastores: false }).map(({ key }) => key);

const IS_DOWN: AwayKill = {
  name: 'the machine is down',
  now: (world) => machineOf(world).reboots > 0 && world.machines.running.size === 0,
};

/** Every step of a backup with a restart of the machine, and what can be seen from outside between them. */
const EVERY_KILL: readonly AwayKill[] = [
  ...[...STEPS, 'finish']
    .flatMap((step) => [`${step}/started`, `${step}/done`])
    .map((at) => ({ name: at, at })),
  ...LOST_ANSWERS,
  IS_DOWN,
  { name: 'CircleCI is starting', now: isApp('starting') },
];

const kills = drawn('backup/reboot-kill', EVERY_KILL, 4);

it(`a backup for which the machine restarts does that once, and has CircleCI up again, whenever its bot is killed (${DRAWN})`, async () => {
  expect(await wrongAfter(REBOOT, kills)).toEqual([]);
}, 900_000);
