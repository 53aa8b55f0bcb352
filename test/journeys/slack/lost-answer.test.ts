import { SOON } from '../ec2/ec2.ts';
import { hasLastWord, type Journey, startJourney } from '../journey.ts';
import {
  callsOf,
  directTo,
  expectToldOnce,
  hasButtons,
  IMPATIENT,
  isWhole,
  notesOf,
  runShown,
} from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('an answer of Slack that never comes', () => {
  for (const kind of ['silence', 'cut'] as const) {
    for (const applied of [true, false]) {
      it(`to the first post (${kind}, ${applied ? 'done' : 'not done'}): the result is told once`, async () => {
        journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
        journey.slack.faults.push({ method: 'chat.postMessage', kind, applied });
        await journey.say(journey.ana, 'now');
        await journey.ended();
        await journey.expectTranscript(applied ? 'slack/first-post-unknown' : 'slack/first-post-lost');
        const told = expectToldOnce(journey);
        expect(JSON.stringify(told.blocks)).toContain('could not be kept up to date');
        const others = journey.runMessages().filter((m) => m.ts !== told.ts);
        expect(others).toHaveLength(applied ? 1 : 0);
        expect(others.filter((m) => isWhole(m) || hasButtons(m))).toEqual([]);
        expect(directTo(journey, journey.ana)).toEqual([]);
      });

      it(`to an edit (${kind}, ${applied ? 'done' : 'not done'}): it is made again`, async () => {
        journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
        await journey.say(journey.ana, 'now');
        await runShown(journey);
        journey.slack.faults.push({ method: 'chat.update', kind, applied });
        await journey.ended();
        expectToldOnce(journey);
        expect(journey.runMessages()).toHaveLength(1);
        expect(callsOf(journey, 'chat.postMessage')).toHaveLength(2);
      });
    }
  }

  for (const applied of [true, false]) {
    it(`to the note at the end (${applied ? 'done' : 'not done'}): the person has it directly`, async () => {
      journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
      await journey.say(journey.ana, 'now');
      await runShown(journey);
      journey.slack.faults.push({ method: 'chat.postMessage', kind: 'silence', applied });
      await journey.until('Ana was told directly', () => directTo(journey, journey.ana).length > 0);
      await journey.until('the result stands there', () => journey.runMessages().some(hasLastWord));
      await journey.expectTranscript(applied ? 'slack/note-unknown' : 'slack/note-lost');
      expectToldOnce(journey);
      expect(notesOf(journey)).toHaveLength(applied ? 1 : 0);
    });
  }
});
