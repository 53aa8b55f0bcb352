import { type CleanupJourney, cleanupJourney } from '../../journeys/cleanup/cleanup.ts';
import { type Visit, visit } from './visit.ts';

const DAY = 24 * 3_600_000;

let journey: CleanupJourney;
let at: Visit;

beforeEach(async () => {
  journey = await cleanupJourney();
  at = await visit(journey.slack);
}, 180_000);
afterEach(async () => {
  await at.close();
  await journey.close();
});

/** So many builds, from number 1 on, that began three days ago and that nobody drives any more. */
function addStuck(many: number): void {
  for (let number = 1; number <= many; number += 1) {
    const startedAt = journey.clock.now() - 3 * DAY + number * 60_000;
    journey.machine.disk.builds.push({
      vcs: 'gh',
      org: 'acme-rail',
      project: 'timetable',
      number,
      branch: 'faster-search',
      author: 'ana',
      subject: 'Search faster',
      lifecycle: 'running',
      status: 'running',
      queuedAt: startedAt,
      startedAt,
    });
  }
}

test('builds are picked on two pages, what is ticked stays, and somebody else approves', async () => {
  addStuck(60);
  const { dialog } = at;
  const before = new Date(journey.clock.now()).toISOString().slice(0, 10);
  const build = (number: number) => dialog.getByRole('checkbox', { name: new RegExp(`#${number}\\b`) });
  await at.as('Ana');
  await at.type(`cleanup stuck --before ${before}`);
  await build(3).check();
  await build(7).check();
  await dialog.getByRole('button', { name: /^Next/ }).click();
  await build(59).check();
  await dialog.getByRole('button', { name: /^Previous/ }).click();
  await build(1).waitFor();
  expect(await build(3).isChecked()).toBe(true);
  await build(7).uncheck();
  await dialog.getByLabel('Why').fill('left by the restore');
  await dialog.getByRole('button', { name: 'Make the plan' }).click();
  await at.heading(/Approval needed: Delete the records of 2 builds/);
  await at.as('Ben');
  await at.press('Approve');
  await at.confirm('Approve');
  await at.heading('The builds of prod are cleaned up');
  expect(journey.running()).not.toContain(3);
  expect(journey.running()).not.toContain(59);
  expect(journey.running()).toContain(7);
}, 120_000);
