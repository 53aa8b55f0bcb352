import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { callsOf, expectToldOnce, IMPATIENT, notesOf, runShown } from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

/** Time between a call that was refused so, and the next one of its method. */
function pauseAfter(method: string, result: string): number {
  const calls = callsOf(journey, method);
  const at = calls.findIndex((call) => call.result === result);
  const [refused, next] = [calls[at], calls[at + 1]];
  if (refused === undefined || next === undefined) throw new Error(`no call of ${method} after ${result}`);
  return next.at - refused.at;
}

describe('Slack asks to be called later', () => {
  it('is left alone for as long as it says, for a post', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.slack.faults.push({ method: 'chat.postMessage', kind: 'rate_limited', retryAfterSeconds: 90 });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    expect(pauseAfter('chat.postMessage', 'ratelimited')).toBeGreaterThanOrEqual(90_000);
    expectToldOnce(journey);
    expect(callsOf(journey, 'chat.postMessage').map((call) => call.result)).toEqual([
      'ratelimited',
      'ok',
      'ok',
    ]);
  });

  it('is left alone for as long as it says, for an edit', async () => {
    journey = await startJourney({ ec2: SOON });
    await journey.say(journey.ana, 'now');
    await runShown(journey);
    journey.slack.faults.push({ method: 'chat.update', kind: 'rate_limited', retryAfterSeconds: 90 });
    await journey.ended();
    expect(pauseAfter('chat.update', 'ratelimited')).toBeGreaterThanOrEqual(90_000);
    expectToldOnce(journey);
  });

  it('repeats what Slack was not ready for (503), in the same place', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.slack.faults.push({ method: 'chat.postMessage', kind: 'http', status: 503, times: 2 });
    journey.slack.faults.push({ method: 'chat.update', kind: 'http', status: 503, times: 2 });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    expect(journey.runMessages()).toHaveLength(1);
    expectToldOnce(journey);
    expect(notesOf(journey)).toHaveLength(1);
    expect(callsOf(journey, 'chat.postMessage').map((call) => call.result)).toEqual([
      'http 503',
      'http 503',
      'ok',
      'ok',
    ]);
  });

  it('does not repeat a post that may have arrived (500): it starts another message that says so', async () => {
    journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
    journey.slack.faults.push({ method: 'chat.postMessage', kind: 'http', status: 500 });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('slack/post-500');
    expectToldOnce(journey);
  });
});
