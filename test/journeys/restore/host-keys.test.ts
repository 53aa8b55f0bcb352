import type { MachineFaults } from '../../../sandbox/machine/faults.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;
const OF_ANOTHER = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';

let journey: RestoreJourney;
afterEach(() => journey.close());

const buttons = () => JSON.stringify(journey.restore().blocks);

describe('the host key of a machine that a restore launches', () => {
  it.each(['no-keys', 'two-keys'] as const)(
    'is asked about where its console shows %s, and goes on once somebody has confirmed it',
    async (console) => {
      journey = await restoreJourney();
      journey.haveBackup();
      journey.machines.nextFaults = (faults: MachineFaults) => Object.assign(faults, { console });
      await journey.begin();
      if (console === 'no-keys') {
        await journey.says('waiting for the host keys');
        journey.skip(HOUR_MS);
      }
      await journey.answer(journey.ben, 'Trust this host key');
      await journey.says('as somebody confirmed it');
      await journey.says('waits for a decision');
      await journey.until('people are called', () =>
        journey.transcript().includes('is ready, and prod still runs'),
      );
      await journey.expectStory(`restore/host-key-${console}`);
    },
  );

  it('is its own console’s, whatever is pinned of the old one; later runs know it by that', async () => {
    journey = await restoreJourney({ env: { SSH_HOST_KEY: OF_ANOTHER } });
    const { ben, slack } = journey;
    await journey.backUp();
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.restored();
    expect(buttons()).toContain('the machine’s console shows it');
    expect(JSON.stringify(journey.list()?.blocks)).toMatch(
      /SSH_HOST_KEY=SHA256:[^ ]{43} in place of the old/,
    );
    await journey.say(ben, 'now --quiesce');
    const plan = () =>
      slack
        .messages(journey.channel.id)
        .findLast(({ blocks }) => JSON.stringify(blocks).includes('"circleci-backup:approve"'));
    await journey.until('the plan is shown', () => plan() !== undefined);
    const message = plan();
    if (message === undefined) throw new Error('no plan');
    await slack.act(journey.ana.id, { message }, 'circleci-backup:approve');
    await journey.until('it is logged in', () =>
      slack
        .messages(journey.channel.id)
        .some(({ blocks }) => /as when rs-\S+ launched it/.test(JSON.stringify(blocks))),
    );
  });
});
