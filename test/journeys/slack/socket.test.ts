import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { expectToldOnce, runShown } from './slack.ts';

let journey: Journey;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(() => {
  unhandled.splice(0);
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  await journey.close();
  process.off('unhandledRejection', note);
});

/** A rejection is found unhandled after the microtasks of its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('Socket Mode', () => {
  it('that drops in mid-run comes back: the run goes on, and commands work', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'now');
    await runShown(journey);
    slack.dropSockets();
    await journey.until('the socket is back', () => slack.socketCount() === 1);
    await journey.say(ben, 'status');
    await journey.ended();
    expectToldOnce(journey);
    await nextTurn();
    expect(unhandled).toEqual([]);
  });

  it('that is refused again and again comes back as well, and health tells of it', async () => {
    journey = await startJourney();
    const { slack, ben, log } = journey;
    slack.dropSockets(3);
    await journey.until(
      'it was refused three times',
      () => log.filter((line) => line.includes('Slack refused the socket')).length === 3,
    );
    await journey.until('the socket is back', () => slack.socketCount() === 1);
    await journey.say(ben, 'help');
    await nextTurn();
    expect(unhandled).toEqual([]);
  });

  it('that goes between a command and its answer loses neither', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, channel } = journey;
    await slack.command(ana.id, channel.id, 'now');
    slack.dropSockets();
    await journey.ended();
    await journey.until('Ana was answered', () => slack.ephemerals(ana.id).length === 1);
    expectToldOnce(journey);
  });
});
