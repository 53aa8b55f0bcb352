import { TAG } from '../../../src/core/catalogue/tags.ts';
import { type RestoreJourney, restoreJourney } from '../../journeys/restore/restore.ts';
import { type Visit, visit } from './visit.ts';

let journey: RestoreJourney;
let at: Visit;

beforeEach(async () => {
  journey = await restoreJourney({ fleet: ['prod', 'staging'], hasElasticIp: true });
  at = await visit(journey.slack);
}, 180_000);
afterEach(async () => {
  await at.close();
  await journey.close();
});

test('a machine that is lost: a restore from its form to the last item of its list, by two people', async () => {
  const older = journey.haveBackup({ [TAG.note]: 'before the upgrade' });
  journey.haveBackup();
  journey.ec2.terminateInstance(journey.old.instanceId);
  await at.as('Ana');
  await at.type('restore');
  await at.choose('CircleCI installation', 'prod');
  await at.choose('Backup', older, 'upgrade');
  await at.dialog.getByLabel('Why').fill('the machine does not answer');
  await at.dialog.getByRole('button', { name: 'Make the plan' }).click();
  await at.heading(`Approval needed: Restore prod from ${older} on a new machine`);
  await at.as('Ben');
  await at.press('Approve');
  await at.confirm('Approve');
  await at.reads(/is ready, and it is used by nobody yet\. The cut-over moves the Elastic IP/);
  await at.press('Cut over');
  await at.confirm('Cut over');
  await at.heading(/^\W*prod runs on i-\w+: this is left for people/);
  const done = at.page.getByRole('button', { name: 'Done', exact: true });
  const all = await done.count();
  for (let ticked = 0; ticked < all; ticked += 1) {
    await done.first().click();
    await at.page.getByRole('button', { name: 'Not done' }).nth(ticked).waitFor();
  }
  await at.heading('Restore of prod finished: checklist complete');
  const [elastic] = journey.ec2.addresses.values();
  expect(elastic?.held?.instanceId).toBe(journey.launched().at(-1)?.instanceId);
}, 120_000);

test('the form follows what is chosen, keeps what was, and says at the field what is wrong', async () => {
  const older = journey.haveBackup();
  journey.haveBackup();
  await at.as('Ana');
  await at.type('restore prod');
  const { dialog } = at;
  await at.choose('Backup', older, older);
  await at.choose('Way', 'A test in isolation');
  await dialog.getByText('Start the application').waitFor();
  expect(await dialog.getByRole('combobox', { name: 'Backup' }).inputValue()).toContain(older);
  await at.choose('Subnet', /^eu-west-1b/);
  await dialog.getByLabel('Security groups of the test').fill('my-group');
  await dialog.getByRole('button', { name: 'Make the plan' }).click();
  await dialog.getByText('Ids like sg-0123456789abcdef0').waitFor();
  await at.choose('CircleCI installation', 'staging');
  await dialog.getByText('There is no backup of this target.').waitFor();
  expect(await dialog.getByRole('button').allInnerTexts()).toEqual(['', 'Close']);
  await at.choose('CircleCI installation', 'prod');
  await dialog.getByRole('button', { name: 'Make the plan' }).waitFor();
}, 120_000);
