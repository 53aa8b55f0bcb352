import { TAG } from '../../../src/core/catalogue/tags.ts';
import { onlyImage, SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { isWhole, liveMarkup } from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

const PING = /PING\]/;
/** Everybody and everything a note could call, turn around, format or break out of. */
const NASTY =
  '<!channel> @channel <@U0BENOKORO> @ben https://evil.example `code` *bold* _it_ ~no~ > quote &amp; 🚂👩🏽‍🚒 ' +
  'مرحبا \u202Eesrever\u202C \u2066isolated first line\nsecond line\t\u0007 ```fence```';

describe('text that a person typed', () => {
  it('is answered with what was not understood, and nothing is done', async () => {
    journey = await startJourney();
    const { ana } = journey;
    await journey.say(ana, 'nwo');
    await journey.say(ana, 'reboot @channel `now`');
    await journey.say(ana, 'now --force');
    await journey.say(ana, 'now —force');
    await journey.say(ana, 'list --page 0');
    await journey.say(ana, `list --page ${'9'.repeat(400)}`);
    await journey.say(ana, `help ${'\u202Ex'.repeat(300)}`);
    await journey.say(ana, `${'<!here>'.repeat(500)}`);
    await journey.expectTranscript('slack/bad-input');
    expect(journey.transcript()).not.toMatch(PING);
    expect(journey.ec2.count('CreateImage')).toBe(0);
  });

  it('is an order in any disguise, or it is refused by name; no live backup begins in its place', async () => {
    journey = await startJourney();
    const { ana } = journey;
    await journey.say(ana, 'now quiesce');
    await journey.say(ana, 'now upgrade—quiesce');
    await journey.say(ana, 'now --quіesce');
    await journey.say(ana, 'now prodd before 2.19');
    await journey.say(ana, 'status stagging');
    await journey.say(ana, 'hold bk‑20261123‑0314‑x4qс to be sure');
    await journey.say(ana, 'now ‑‑quiesce before 2.19');
    const requests = () => journey.slack.messages(journey.channel.id);
    await journey.until('the request is shown', () => requests().some(isWhole));
    await journey.expectTranscript('slack/orders-in-disguise');
    expect(journey.ec2.count('CreateImage')).toBe(0);
  });

  it('is shown in a note as it is, pings nobody and breaks out of nothing', async () => {
    journey = await startJourney({ ec2: SOON });
    await journey.say(journey.ana, `now ${NASTY}`);
    await journey.ended();
    await journey.say(journey.ana, 'list');
    await journey.expectTranscript('slack/nasty-note');
    expect(journey.transcript()).not.toMatch(PING);
    expect(journey.transcript()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    // What is live in it is what the bot means to be: the requester, the channel and times.
    const { slack, channel, ana } = journey;
    const live = [...slack.messages(channel.id), ...slack.ephemerals(ana.id)].flatMap(liveMarkup);
    expect(new Set(live.map((token) => token.replace(/^<!date.*/, 'a time')))).toEqual(
      new Set([`<@${ana.id}>`, 'a time', `<#${channel.id}>`]),
    );
  });

  it('is cut with a mark where it is too long, in Slack and in EC2', async () => {
    journey = await startJourney({ ec2: SOON });
    await journey.say(journey.ana, `now ${'🚂 railway & <b>'.repeat(320)}`);
    await journey.ended();
    await journey.say(journey.ana, 'list');
    await journey.expectTranscript('slack/long-note');
    const tag = onlyImage(journey).tags[TAG.note] ?? '';
    expect(tag.length).toBeGreaterThan(200);
    expect(tag.length).toBeLessThanOrEqual(256);
    expect(tag).toMatch(/…$/);
    expect(tag.isWellFormed()).toBe(true);
  });
});
