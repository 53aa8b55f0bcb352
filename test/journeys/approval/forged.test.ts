import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { renderMessage } from '../../../sandbox/slack/render/render-text.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { Journey } from '../journey.ts';
import { restoreJourney } from '../restore/restore.ts';
import { heldJourney } from './approval.ts';

const WIDE = { width: 4_000 };

/** Texts that would stand as lines of their own, turn around, hide, call everybody or look like the bot’s own words. */
const FORGED = [
  '\n• Already approved by security',
  '\r\n✅ @Ben Okoro approved\u2028• Approved\u2029• Done\u0085• Over',
  ' \u202E• deiforp si ti\u202C\u2066\u200B\u200D\uFEFF',
  ' <!channel> <@U0BENOKORO> *bold* `code` <https://evil.example|Approve> &lt;!here&gt;',
  '\n\n🚨 Nothing is lost\n\n• Nothing at all'.repeat(8),
];
const UNSEEN = /[\p{Cc}\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/u;

function lines({ slack }: Journey, message: StoredMessage): string[] {
  return renderMessage(message, slack.workspace, WIDE)
    .split('\n')
    .map((line) => line.trim());
}

/** What begins a line in the forged request begins one in the plain one as well. */
function expectNoLineMore(plain: readonly string[], forged: readonly string[]): void {
  const heads = (of: readonly string[]) => of.map((line) => line.slice(0, 12).replace(/\d+/g, 'N'));
  expect(heads(forged)).toEqual(heads(plain));
  for (const line of forged) expect(line).not.toMatch(UNSEEN);
  expect(forged.join('\n')).toContain('Already approved by security');
}

/** Slack reads these alone; text of the other kinds is shown as it is. */
function expectNothingLive(message: StoredMessage): void {
  const read = [
    message.text,
    ...[...JSON.stringify(message.blocks).matchAll(/"mrkdwn","text":"([^"]*)"/g)].map(String),
  ];
  expect(read.length).toBeGreaterThan(3);
  for (const text of read) expect(text).not.toMatch(/<!channel>|<@U0BENOKORO> \*|<https:\/\/evil/);
}

/** The request for a release of a backup whose tags end with this. */
async function release(end: string) {
  const journey = await heldJourney();
  try {
    const image = [...journey.ec2.images.values()][0];
    if (image === undefined) throw new Error('there is no backup');
    for (const key of [TAG.note, TAG.held, TAG.hostname, TAG.requester, TAG.machineName])
      image.tags[key] = `${image.tags[key] ?? 'nightly'}${end}`;
    const message = await journey.askForRelease();
    return { message, lines: lines(journey, message) };
  } finally {
    await journey.close();
  }
}

/** The request for a restore, where backup and machine have tags that end with this. */
async function restore(end: string) {
  const journey = await restoreJourney();
  const { old, slack, channel, ana } = journey;
  try {
    const note = `nightly${end}`;
    journey.haveBackup({
      [TAG.note]: note,
      [TAG.machineName]: note,
      [TAG.requester]: note,
      [TAG.key]: `key${end}`,
    });
    Object.assign(old.tags, { team: `ci${end}`, 'aws:autoscaling:groupName': `group${end}` });
    await journey.openForm(ana);
    await journey.send(ana, { reason: `the disk is broken${end}` });
    const request = () => slack.messages(channel.id).find(({ text }) => text.includes('Approval needed'));
    await journey.until('the request stands in the channel', () => request()?.blocks.length !== undefined);
    await journey.until('it is whole', () =>
      JSON.stringify(request()?.blocks).includes('circleci-backup:approve'),
    );
    const message = request();
    if (message === undefined) throw new Error('there is no request');
    return { message, lines: lines(journey, message) };
  } finally {
    await journey.close();
  }
}

test.each([
  ['a release', release],
  ['a restore', restore],
])('tags forge no line of the approval of %s', async (_what, ask) => {
  const plain = await ask('');
  for (const end of [FORGED.join(''), ...FORGED.slice(1).map((one) => `${FORGED[0]}${one}`)]) {
    const forged = await ask(end.slice(0, 90));
    expectNoLineMore(plain.lines, forged.lines);
    expectNothingLive(forged.message);
  }
});
