import { type HeldJourney, heldJourney } from '../../journeys/approval/approval.ts';
import { type Visit, visit } from './visit.ts';

let journey: HeldJourney;
let at: Visit;

beforeEach(async () => {
  journey = await heldJourney();
  at = await visit(journey.slack);
}, 180_000);
afterEach(async () => {
  await at.close();
  await journey.close();
});

const NEEDED = /Approval needed: Release/;

test('Ana asks and cannot approve, Ben denies with a reason, and both read why', async () => {
  await at.as('Ana');
  await at.type('release bk-20261001-0300-h7kd the upgrade went well');
  await at.heading(NEEDED);
  await at.press('Approve');
  await at.confirm('Approve');
  await at.reads('This is your own request, and somebody else has to approve.');
  await at.as('Ben');
  await at.press('Deny');
  await at.dialog.getByLabel('Reason').fill('The audit is not finished');
  await at.dialog.getByRole('button', { name: 'Deny' }).click();
  await at.heading(/Denied: Release/);
  await at.reads('Reason: The audit is not finished');
  await at.page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
  await at.as('Ana');
  await at.reads('Reason: The audit is not finished');
  expect(journey.isHeld()).toBe(true);
}, 120_000);

test('Ana takes a request back; Ben approves the next one, and the bot does what it says', async () => {
  await at.as('Ana');
  await at.type('release bk-20261001-0300-h7kd');
  await at.heading(NEEDED);
  await at.press('Withdraw');
  await at.confirm('Withdraw');
  await at.heading(/Withdrawn: Release/);
  await at.type('release bk-20261001-0300-h7kd the audit is over');
  await at.heading(NEEDED);
  await at.as('Ben');
  await at.press('Approve');
  await at.confirm('Approve');
  await at.heading('bk-20261001-0300-h7kd of prod is released');
  await at.page.getByRole('link', { name: 'its message' }).last().click();
  await at.page.locator('.pointed-out', { hasText: 'is released' }).waitFor();
  expect(journey.isHeld()).toBe(false);
}, 120_000);
