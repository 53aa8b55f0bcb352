import { TAG } from '../../../src/core/catalogue/tags.ts';
import { BEGIN } from '../journey.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const ISOLATED = 'sg-0a4f6d2c9b8e71399';

async function testRestore(options: string[], before: () => unknown = () => {}): Promise<void> {
  journey = await restoreJourney();
  journey.ec2.securityGroups.add(ISOLATED);
  journey.haveBackup();
  await journey.openForm(journey.ana);
  await journey.send(journey.ana, { way: 'test', groups: ISOLATED, options });
  before();
  await journey.approve(journey.ben);
  await journey.restored();
}

const verifiedAt = () => [...journey.ec2.images.values()].map(({ tags }) => tags[TAG.verifiedAt]);

describe('a backup from which CircleCI was seen to work', () => {
  it('is listed as such', async () => {
    await testRestore(['nomad', 'start-app']);
    const [at = ''] = verifiedAt();
    expect(Date.parse(at)).toBeGreaterThan(BEGIN);
    journey.skip(60_000);
    await journey.say(journey.ana, 'list');
    const said = JSON.stringify(journey.slack.ephemerals(journey.ana.id).at(-1)?.blocks);
    expect(said).toContain(`checked by restoring ${at.slice(0, 10)}`);
  });

  it('is not marked where the application was not started', async () => {
    await testRestore(['nomad']);
    expect(verifiedAt()).toEqual([undefined]);
  });

  it('stops no restore where EC2 refuses the mark, and that is said', async () => {
    const refused = { action: 'CreateTags', kind: 'error', code: 'UnauthorizedOperation' } as const;
    await testRestore(['nomad', 'start-app'], () =>
      journey.ec2.faults.push({ ...refused, realCallsOnly: true }),
    );
    expect(verifiedAt()).toEqual([undefined]);
    expect(JSON.stringify(journey.restore().blocks)).toContain(
      'the backup could not be marked as checked: The bot’s AWS identity lacks ec2:CreateTags',
    );
  });
});
