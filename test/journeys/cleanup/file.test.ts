import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { directTo } from '../slack/slack.ts';
import { type CleanupJourney, cleanupJourney } from './cleanup.ts';

let journey: CleanupJourney;
afterEach(() => journey.close());

const MANY = 25;

/** So many builds of a project more, and their addresses. */
function manyBuilds(): string {
  const { machine, clock } = journey;
  const startedAt = clock.now() - 3_600_000;
  const numbers = Array.from({ length: MANY }, (_, i) => 5000 + i);
  for (const number of numbers) {
    machine.disk.builds.push({
      vcs: 'gh',
      org: 'acme-rail',
      project: 'timetable',
      number,
      branch: 'master',
      author: 'ana',
      subject: 'x',
      lifecycle: 'running',
      status: 'running',
      queuedAt: startedAt,
      startedAt,
    });
  }
  return journey.urls(...numbers);
}

async function cleanUp(): Promise<void> {
  await journey.say(journey.ana, `cleanup ${manyBuilds()}`);
  await journey.approve(journey.ben);
  await journey.cleaned();
}

function files(): StoredMessage[] {
  return journey.slack.messages(journey.channel.id).filter(({ files = [] }) => files.length > 0);
}

async function textOf(message: StoredMessage | undefined): Promise<string> {
  const url = message?.files?.[0]?.url;
  if (url === undefined) throw new Error('there is no file');
  return (await fetch(url)).text();
}

describe('more results than a message holds', () => {
  it('come as a file in the thread, what needs somebody first, and are counted in the message', async () => {
    journey = await cleanupJourney();
    journey.machine.faults.devConsole.throwsAt.push('/timetable/5007');
    await cleanUp();
    await journey.until('the file is there', () => files().length > 0);
    const [message, ...more] = files();
    expect(more).toEqual([]);
    expect(message?.threadTs).toBe(journey.cleanup().ts);
    const text = await textOf(message);
    expect(text).toMatch(
      /^Clean-up cl-\S+ of prod, .*\nOf 25 builds: 24 deleted and seen gone and 1 failed\.\n\n/,
    );
    const lines = text.trimEnd().split('\n').slice(3);
    expect(lines).toHaveLength(MANY);
    expect(lines[0]).toMatch(/\/gh\/acme-rail\/timetable\/5007\tfailed: /);
    expect(lines.slice(1).every((line) => line.endsWith('\tdeleted, and seen gone'))).toBe(true);
    await journey.expectTranscript('cleanup/file');
  });

  it('arrive once although Slack fails at first', async () => {
    journey = await cleanupJourney();
    const { slack } = journey;
    slack.faults.push({ method: 'files.getUploadURLExternal', kind: 'http', status: 500 });
    slack.faults.push({ method: 'files.completeUploadExternal', kind: 'http', status: 503 });
    await cleanUp();
    await journey.until('the file is there', () => files().length > 0);
    await journey.clock.sleep(120_000);
    expect(files()).toHaveLength(1);
  });

  it('go to whoever asked where Slack did not confirm the file, and are not sent again', async () => {
    journey = await cleanupJourney();
    journey.slack.faults.push({ method: 'files.completeUploadExternal', kind: 'http', status: 500 });
    await cleanUp();
    const direct = () =>
      directTo(journey, journey.ana).filter((m) => m.text.includes('What became of 25 builds'));
    await journey.until('it is told directly', () => direct().length > 0);
    expect(direct()).toHaveLength(1);
    expect(files()).toEqual([]);
  });
});
