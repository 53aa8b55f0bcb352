import { drawsOf } from '../draws.ts';
import { play } from '../schedules/play.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { type RestoreSetting, restoring } from './restoring.ts';
import type { RestoreWorld } from './world.ts';

/** What no chance would bring together. */
const SCHEDULE: Schedule<RestoreWorld, RestoreSetting> = {
  seed: 0,
  setting: { filled: { way: 'replace', options: ['nomad'] }, old: 'running' },
  decision: 'approve',
  required: 1,
  troubles: [
    {
      name: 'EC2 does not show the new machine for a while',
      step: 'launch',
      begin({ ec2 }) {
        ec2.nextLaunch = { invisibleFor: 60_000 };
      },
    },
  ],
  stops: [],
  cancelAt: 'running',
  healsAfter: Number.POSITIVE_INFINITY,
  // Whatever is asked: the restore is canceled at once, and then aborted.
  choices: { ...drawsOf(0), chance: () => false, one: (of) => last(of) },
};

function last<T>(of: readonly T[]): T {
  const found = of.at(-1);
  if (found === undefined) throw new Error('there is no button');
  return found;
}

it('a machine that EC2 does not show yet is removed by an abort all the same', async () => {
  const { faults, headline, answers } = await play(restoring, SCHEDULE);
  expect(answers).toEqual([['running/1', 'Abort']]);
  expect(headline).toMatch(/^The restore of prod was aborted/);
  expect(faults).toEqual([]);
});
