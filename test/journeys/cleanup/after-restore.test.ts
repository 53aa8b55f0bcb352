import { type RestoreJourney, restoreJourney } from '../restore/restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const AFTER = 'circleci-backup:cleanup-after';
const FORM = 'circleci-backup:cleanup';

it('what a restore leaves running for ever is offered by its list, up to the moment of the backup', async () => {
  journey = await restoreJourney();
  const { slack, ana, old, machines } = journey;
  const { builds } = machines.of(old.instanceId).disk;
  const running = builds.filter(({ lifecycle }) => lifecycle === 'running');
  // Begun before the backup, which is of an hour ago; the others began after it.
  const long = journey.clock.now() - 400 * 24 * 3_600_000;
  for (const build of running.slice(0, 2)) build.startedAt = long;
  const backupId = journey.haveBackup();
  await journey.begin({ way: 'in-place' });
  await journey.restored();
  const list = () => journey.list();
  await journey.until('the list is there', () => list() !== undefined);
  const message = list();
  if (message === undefined) throw new Error('there is no list');
  await slack.act(ana.id, { message }, AFTER);
  const form = () =>
    JSON.stringify(slack.views(ana.id).find(({ view }) => view.callback_id === FORM)?.view.blocks ?? '');
  await journey.until('the form is filled', () => form() !== '""' && !form().includes('One moment'));
  expect(form()).toContain(`when ${backupId} was made, from which ${old.instanceId} was restored`);
  expect(form()).toContain(': 2 builds that began before');
  for (const { number } of running.slice(0, 2)) expect(form()).toContain(`#${number}`);
});
