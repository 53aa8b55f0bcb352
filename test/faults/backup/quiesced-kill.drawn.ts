import { backupStages } from '../../../src/runs/backup-stages.ts';
import { DRAWN, drawn } from '../drawn.ts';
import { type AwayKill, isApp, LOST_ANSWERS, QUIESCED, wrongAfter } from './downtime-kill.ts';

/** What only such a backup has, and what is beside it; the rest is killed in kill.test.ts and approval-kill.test.ts. */
const ELSEWHERE = new Set(['approval', 'find', 'permissions', 'compare', 'size', 'record', 'retention']);
const STEPS = backupStages('quiesced', { ssh: true, files: false, datastores: false }).flatMap(({ key }) =>
  ELSEWHERE.has(key) ? [] : [key],
);

const POINTS = [...STEPS, 'finish'].flatMap((step) => [`${step}/started`, `${step}/done`]);

const KILLS: AwayKill[] = [
  ...POINTS.map((at) => ({ name: at, at })),
  { name: 'CircleCI is stopping', now: isApp('stopping') },
  { name: 'CircleCI is starting', now: isApp('starting') },
  ...LOST_ANSWERS,
];

const kills = drawn('backup/quiesced-kill', KILLS, 4);

it(`a backup for which CircleCI is stopped has it up again and stops it once, whenever its bot is killed (${DRAWN})`, async () => {
  expect(await wrongAfter(QUIESCED, kills)).toEqual([]);
}, 900_000);
