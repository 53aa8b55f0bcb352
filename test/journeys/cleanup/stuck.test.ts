import type { Member } from '../../../sandbox/slack/model.ts';
import { renderView } from '../../../sandbox/slack/render/render-view.ts';
import { olderBackups } from '../../older-backup.ts';
import { type CleanupJourney, cleanupJourney } from './cleanup.ts';

const DAY = 24 * 3_600_000;
const BACKUP = 'bk-20261120-0300-x4qz';

let journey: CleanupJourney;
afterEach(() => journey.close());

/** Builds of one project that nobody drives any more, from `first` on; the oldest first. */
function addStuck(many: number, first = 5000): void {
  const { machine, clock } = journey;
  const now = clock.now();
  for (let n = 0; n < many; n += 1) {
    const startedAt = now - 3 * DAY - (many - n) * 60_000;
    machine.disk.builds.push({
      vcs: 'gh',
      org: 'acme-rail',
      project: 'timetable',
      number: first + n,
      branch: 'faster-search',
      author: 'ana',
      subject: 'x',
      lifecycle: 'running',
      status: 'running',
      queuedAt: startedAt - 1_000,
      startedAt,
    });
  }
}

/** EC2 launched the present machine from a backup; what its own tag says of it anybody may have written. */
function restoredFrom(days: number): void {
  const { ec2, clock } = journey;
  const [machine] = ec2.instances.values();
  if (machine === undefined) throw new Error('the sandbox has no machine');
  const { imageId } = olderBackups(ec2, machine, clock.now())(
    days,
    { name: `circleci-backup/prod/${BACKUP}` },
    { 'circleci-backup:run': BACKUP },
  );
  machine.imageId = imageId;
  machine.tags['circleci-backup:restored-from'] = 'bk-20200101-0300-fake';
}

const shown = (person: Member) => JSON.stringify(journey.form(person).view.blocks);

/** What the page holds with the builds at these places of the list ticked. */
function ticked(person: Member, places: readonly number[]) {
  const groups = journey.form(person).view.blocks.flatMap((block) => {
    const first = /^builds:\d+:(\d+)$/.exec(block.block_id ?? '')?.[1];
    return first === undefined ? [] : [{ id: block.block_id ?? '', first: Number(first) }];
  });
  return Object.fromEntries(
    groups.map(({ id, first }) => {
      const mine = places.filter((place) => place >= first && place < first + 10);
      const selected = mine.map((place) => ({
        text: { type: 'plain_text', text: 'x' },
        value: String(place),
      }));
      return [id, { builds: { type: 'checkboxes', selected_options: selected } }];
    }),
  );
}

async function press(person: Member, move: string, places?: readonly number[]): Promise<void> {
  const view = journey.form(person);
  const values = places === undefined ? {} : { values: ticked(person, places) };
  await journey.slack.act(person.id, { view }, `circleci-backup:stuck:${move}`, values);
  await journey.until(`“${move}” was done`, () => journey.form(person).hash !== view.hash);
}

async function send(person: Member, places?: readonly number[], why = ''): Promise<void> {
  const { slack } = journey;
  const reason = { reason: { reason: { type: 'plain_text_input', value: why === '' ? null : why } } };
  const values = places === undefined ? {} : ticked(person, places);
  await slack.submit(person.id, journey.form(person), { ...values, ...reason });
}

describe('stuck builds', () => {
  it('are those from before the backup that the machine was restored from; picked, approved and deleted', async () => {
    journey = await cleanupJourney();
    addStuck(4);
    restoredFrom(1);
    const { slack, ana, ben } = journey;
    await journey.openForm(ana);
    const form = renderView(journey.form(ana), slack.workspace, { width: 4000 })
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME')
      .replace(/for \d+ \w+( \d+ \w+)?/g, 'for DURATION');
    await send(ana, [0, 2], 'left by the restore');
    await journey.approve(ben);
    await journey.cleaned();
    expect(journey.running()).toEqual([1220, 1221, 1222, 5001, 5003]);
    await journey.expectTranscript('cleanup/stuck', (text) => `${form}\n\n${text}`);
  });

  it('come in pages, and what is ticked on one stays while others are looked at', async () => {
    journey = await cleanupJourney();
    addStuck(130);
    const { ana } = journey;
    await journey.openForm(ana, `--before ${today()}`);
    expect(shown(ana)).toContain('130 builds that began before');
    expect(shown(ana)).toContain('Page 1 of 3. 0 builds chosen on other pages');
    await press(ana, 'next', [3, 12]);
    expect(shown(ana)).toContain('Page 2 of 3. 2 builds chosen on other pages');
    await press(ana, 'next', [50]);
    await press(ana, 'previous', [129]);
    expect(shown(ana)).toContain('Page 2 of 3. 3 builds chosen on other pages');
    await send(ana);
    await journey.requested();
    expect(journey.request().text).toContain('Delete the records of 4 builds of prod');
    const plan = JSON.stringify(journey.request().blocks);
    for (const number of [5003, 5012, 5050, 5129]) expect(plan).toContain(`/${number},`);
  });

  it('are all chosen by one button, and none by another', async () => {
    journey = await cleanupJourney();
    addStuck(60);
    const { ana } = journey;
    await journey.openForm(ana, `prod --before ${today()}`);
    await send(ana, []);
    await journey.until('the form says what is missing', () =>
      JSON.stringify(journey.form(ana)).includes('Choose at least one build'),
    );
    await press(ana, 'all');
    await press(ana, 'none');
    await press(ana, 'all');
    await send(ana);
    await journey.requested();
    expect(journey.request().text).toContain('60 builds');
  });

  it('are not told from real ones where nobody knows of a restore', async () => {
    journey = await cleanupJourney();
    await journey.openForm(journey.ana);
    expect(shown(journey.ana)).toContain('knows of no restore of the machine of prod');
    expect(journey.form(journey.ana).view.submit).toBeUndefined();
  });

  it('cannot be looked up with a token that CircleCI refuses, and the form says so', async () => {
    journey = await cleanupJourney();
    journey.machine.disk.apiToken = 'another token';
    await journey.openForm(journey.ana, `--before ${today()}`);
    expect(shown(journey.ana)).toContain('did not take the bot’s token');
  });
});

/** The day of the journey's clock, which began before its builds of today. */
function today(): string {
  return new Date(journey.clock.now()).toISOString().slice(0, 10);
}
