import { hasButtons } from '../slack/slack.ts';
import { APPROVE, DENY, type HeldJourney, heldJourney } from './approval.ts';

let journey: HeldJourney;
afterEach(() => journey.close());

const releases = () =>
  journey.ec2.calls.filter((c) => c.action === 'DisableImageDeregistrationProtection' && c.applied);

function runIds(): string[] {
  const texts = journey.slack.messages(journey.channel.id).map((m) => m.text);
  return [...new Set(texts.flatMap((text) => text.match(/rl-\d{8}-\d{4}-[a-z2-9]{4}/g) ?? []))];
}

async function released(): Promise<void> {
  await journey.until('the run has ended', () =>
    journey.slack
      .messages(journey.channel.id)
      .some((m) => m.threadTs !== undefined && /is released\.$/.test(m.text)),
  );
}

describe('clicks that come together', () => {
  it('twice by one person: one run, and both are answered', async () => {
    journey = await heldJourney();
    const { slack, ben } = journey;
    const message = await journey.askForRelease();
    await Promise.all([1, 2].map(() => slack.act(ben.id, { message }, APPROVE)));
    await journey.until('both were answered', () => journey.slack.ephemerals(ben.id).length === 2);
    await released();
    expect(journey.slack.ephemerals(ben.id).map((m) => m.text.split(':')[0])).toEqual(
      expect.arrayContaining([
        'You have approved',
        expect.stringMatching(/^This request was approved already/),
      ]),
    );
    expect(releases()).toHaveLength(1);
    expect(runIds()).toHaveLength(1);
  });

  it('a hundred by everybody: one run, and each is answered', async () => {
    journey = await heldJourney({ approvers: ['ana', 'ben', 'cleo'] });
    const { slack, ana, ben, cleo } = journey;
    const message = await journey.askForRelease();
    const before = journey.slack.ephemerals(ana.id).length;
    const people = [ana, ben, cleo];
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const person = people[i % 3];
        if (person !== undefined) await slack.act(person.id, { message }, APPROVE);
      }),
    );
    const answered = () =>
      people.reduce((sum, person) => sum + journey.slack.ephemerals(person.id).length, 0) - before;
    await journey.until('all hundred were answered', () => answered() === 100);
    await released();
    const approved = people
      .flatMap((person) => journey.slack.ephemerals(person.id))
      .filter((m) => m.text.startsWith('You have approved'));
    expect(approved).toHaveLength(1);
    expect(releases()).toHaveLength(1);
    expect(runIds()).toHaveLength(1);
    const rows = journey.slack
      .ephemerals(ana.id)
      .filter((m) => m.text.startsWith('This is your own request'));
    expect(rows.length).toBeGreaterThan(0);
  });

  it('after a restart count as before: the old buttons work', async () => {
    journey = await heldJourney();
    await journey.askForRelease();
    await journey.stopBot();
    await journey.startBot();
    await journey.click(journey.ben, APPROVE);
    await released();
    expect(hasButtons(journey.request())).toBe(false);
    expect(journey.isHeld()).toBe(false);
  });

  it('while the target is another run’s: the vote is not recorded, and counts once that has ended', async () => {
    journey = await heldJourney();
    await journey.askForRelease();
    await journey.say(journey.ana, 'now');
    await journey.until('the backup runs', () =>
      journey.runMessages().some((m) => /: copy the volumes, \d+ %/.test(m.text)),
    );
    await journey.click(journey.ben, APPROVE);
    expect(hasButtons(journey.request())).toBe(true);
    await journey.until('the backup has ended', () =>
      journey.slack.messages(journey.channel.id).some((m) => /is complete after/.test(m.text)),
    );
    await journey.click(journey.ben, APPROVE);
    await released();
    await journey.expectTranscript('approval/busy');
  });

  it('on a form that was open while somebody else decided: told so', async () => {
    journey = await heldJourney({ approvers: ['ana', 'ben', 'cleo'] });
    const { slack, ben, cleo } = journey;
    const message = await journey.askForRelease();
    await slack.act(ben.id, { message }, DENY);
    await journey.until('the form was open', () => slack.views(ben.id).length > 0);
    await journey.click(cleo, APPROVE);
    const [view] = slack.views(ben.id);
    if (view === undefined) throw new Error('no form');
    await slack.submit(ben.id, view, {});
    await journey.until('Ben was answered', () => journey.slack.ephemerals(ben.id).length > 0);
    expect(journey.told(ben)).toContain('was approved already');
    await released();
  });
});
