import { type CleanupJourney, cleanupJourney, DENY } from './cleanup.ts';

let journey: CleanupJourney;
afterEach(() => journey.close());

const at = 'https://ci.acme-rail.example';

describe('builds that are named by their addresses', () => {
  it('are deleted in one console once somebody else has approved the list', async () => {
    journey = await cleanupJourney();
    await journey.begin(1220, 1221);
    await journey.cleaned();
    expect(journey.running()).toEqual([1222]);
    await journey.expectTranscript('cleanup/named');
  });

  it('are refused one by one with the reason, and what runs no more is named and left out', async () => {
    journey = await cleanupJourney();
    const good = journey.urls(1220);
    const typed = [
      good,
      'https://ci.evil.example/gh/acme-rail/timetable/1221',
      `${at}@ci.evil.example/gh/a/b/1`,
      `${at}/gh/acme-rail/../1`,
      `${at}/gh/acme-rail/timetable/%31`,
      `${at}/gh/acme-rail/timetable/1221")(println`,
      `${at}/gh/acme-rail/timetable/0`,
      `${at}/pipelines/gh/acme-rail/timetable/1`,
      `${good}/`,
      journey.urls(1219, 1223),
    ];
    await journey.say(journey.ana, `cleanup ${typed.join(', ')}`);
    await journey.requested();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    await journey.expectTranscript('cleanup/refused');
  });

  it('are not asked for where none is left', async () => {
    journey = await cleanupJourney();
    await journey.say(journey.ana, `cleanup ${journey.urls(1219)} nonsense`);
    await journey.say(journey.ana, 'cleanup');
    await journey.say(journey.ana, 'cleanup stuck lab');
    await journey.say(journey.ana, 'cleanup stuck --before 2999-01-01');
    await journey.say(journey.ana, 'cleanup stuck --before yesterday');
    await journey.say(journey.cleo, `cleanup ${journey.urls(1220)}`);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    await journey.expectTranscript('cleanup/nothing');
  });

  it('stay where they are when somebody denies it', async () => {
    journey = await cleanupJourney();
    const { slack, ana, ben } = journey;
    await journey.say(ana, `cleanup ${journey.urls(1220, 1222)}`);
    await journey.requested();
    await slack.act(ben.id, { message: journey.request() }, DENY);
    await journey.until('the form is open', () => slack.views(ben.id).length > 0);
    const [view] = slack.views(ben.id);
    if (view === undefined) throw new Error('no form');
    const [block] = view.view.blocks.flatMap((each) => (each.type === 'input' ? [each.block_id ?? ''] : []));
    await slack.submit(ben.id, view, {
      [block ?? '']: { [block ?? '']: { type: 'plain_text_input', value: 'the second one is real' } },
    });
    await journey.until('it is denied', () => /Denied/.test(journey.request().text));
    expect(journey.running()).toEqual([1220, 1221, 1222]);
  });

  it('that have ended since the plan was made are left alone, and reported', async () => {
    journey = await cleanupJourney();
    await journey.say(journey.ana, `cleanup ${journey.urls(1220, 1221, 1222)}`);
    await journey.requested();
    const ended = journey.machine.disk.builds.find(({ number }) => number === 1221);
    Object.assign(ended ?? {}, { lifecycle: 'finished', status: 'success', stoppedAt: journey.clock.now() });
    await journey.approve(journey.ben);
    await journey.cleaned();
    expect(journey.machine.disk.builds.some(({ number }) => number === 1221)).toBe(true);
    expect(journey.running()).toEqual([]);
    await journey.expectTranscript('cleanup/ended-meanwhile');
  });

  it('are deleted without a token as well, and the plan says what that means', async () => {
    journey = await cleanupJourney({ env: { CIRCLECI_TOKEN: '' } });
    await journey.say(journey.ana, 'cleanup stuck');
    await journey.begin(1220);
    await journey.cleaned();
    expect(journey.running()).toEqual([1221, 1222]);
    await journey.expectTranscript('cleanup/no-token');
  });

  it('that are not there as they were written are asked about, in the plan and in the result', async () => {
    journey = await cleanupJourney();
    const { ana, ben } = journey;
    await journey.say(ana, `cleanup ${journey.urls(1220).replace('acme-rail/', 'Acme-Rail/')}`);
    await journey.approve(ben);
    await journey.cleaned();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    await journey.expectTranscript('cleanup/other-letters');
  });

  it('are not deleted on a guess where CircleCI refuses the token', async () => {
    journey = await cleanupJourney();
    journey.machine.disk.apiToken = 'another token';
    await journey.begin(1220);
    await journey.says('did not take the bot’s token');
    // The plan says that what has ended is left alone: nobody changes that alone.
    await journey.answer(journey.ben, 'Delete without asking');
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    await journey.answer(journey.ana, 'Delete without asking');
    await journey.cleaned();
    expect(journey.running()).toEqual([1221, 1222]);
    await journey.expectTranscript('cleanup/token-refused');
  });
});
