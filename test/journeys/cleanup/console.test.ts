import { type CleanupJourney, cleanupJourney } from './cleanup.ts';

let journey: CleanupJourney;
afterEach(() => journey.close());

describe('the console', () => {
  it('takes its time to start, and the message says what is waited for', async () => {
    journey = await cleanupJourney();
    // Half a minute on this clock goes by in less than the five seconds after which the wait is told: it is told again.
    journey.machine.faults.devConsole.slowStartMs = 650_000;
    await journey.begin(1220);
    await journey.says(/waiting for the console since \d+ s/);
    await journey.cleaned();
    expect(journey.running()).toEqual([1221, 1222]);
  });

  it('throws at one build: the others are deleted, and its message is shown', async () => {
    journey = await cleanupJourney();
    journey.machine.faults.devConsole.throwsAt.push('/timetable/1221');
    await journey.begin(1220, 1221, 1222);
    await journey.cleaned();
    expect(journey.running()).toEqual([1221]);
    await journey.expectTranscript('cleanup/throws');
  });

  it('hangs at one build: a new one goes on with the others', async () => {
    journey = await cleanupJourney({ gateways: { consoleAnswerMs: 5_000 } });
    journey.machine.faults.devConsole.hangsAt.push('/timetable/1221');
    await journey.begin(1220, 1221, 1222);
    await journey.cleaned();
    expect(journey.running()).toEqual([1221]);
    await journey.expectTranscript('cleanup/hangs');
  });

  it('prints what other threads say, in colours, broken at the width: its answers are read all the same', async () => {
    journey = await cleanupJourney();
    Object.assign(journey.machine.faults.devConsole, { noise: true, colours: true, wraps: true });
    await journey.begin(1220, 1221, 1222);
    await journey.cleaned();
    expect(journey.running()).toEqual([]);
    expect(journey.cleanup().text).toMatch(/^The builds of prod are cleaned up/);
  });

  it('is lost after a deletion and before its answer: the build is seen gone, and deleted once', async () => {
    journey = await cleanupJourney();
    journey.machine.faults.devConsole.dropsAt.push('/timetable/1221');
    await journey.begin(1220, 1221, 1222);
    await journey.cleaned();
    expect(journey.running()).toEqual([]);
    await journey.expectTranscript('cleanup/dropped');
  });

  it('does not open: nothing is deleted before somebody has mended it and pressed the button', async () => {
    journey = await cleanupJourney({ env: { DEV_CONSOLE_COMMAND: 'circleci dev-consle' } });
    await journey.begin(1220);
    await journey.answer(journey.ben, 'Try again');
    await journey.answer(journey.ana, 'Abort');
    await journey.cleaned();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    await journey.expectTranscript('cleanup/not-opened');
  });

  it('is not waited for any longer when somebody cancels', async () => {
    journey = await cleanupJourney();
    journey.machine.faults.devConsole.slowStartMs = Number.POSITIVE_INFINITY;
    await journey.begin(1220, 1221);
    await journey.says('waiting for the console');
    const id = /cl-\d{8}-\d{4}-\w{4}/.exec(journey.cleanup().text)?.[0] ?? '';
    await journey.say(journey.ben, `cancel ${id}`);
    await journey.cleaned();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    expect(journey.cleanup().text).toContain('was canceled: 2 of 2 builds were not tried');
  });

  it('is closed before the next build when somebody cancels', async () => {
    journey = await cleanupJourney();
    const { pausesAt } = journey.machine.faults.devConsole;
    pausesAt.push('/timetable/1221');
    await journey.begin(1220, 1221, 1222);
    await journey.says('1 of 3; last');
    const id = /cl-\d{8}-\d{4}-\w{4}/.exec(journey.cleanup().text)?.[0] ?? '';
    await journey.say(journey.ben, `cancel ${id}`);
    pausesAt.splice(0);
    await journey.cleaned();
    expect(journey.running()).toEqual([1222]);
    await journey.expectTranscript('cleanup/canceled');
  });
});
