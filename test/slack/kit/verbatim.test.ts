import type { MessageView } from '../../../src/core/store/messages.ts';
import type { Richness } from '../../../src/slack/kit/rendered.ts';
import { messageOf } from '../../../src/slack/outbox/message.ts';

function note(verbatim: string[], richness: Richness = 'full') {
  const view: MessageView = { kind: 'note', tone: 'info', text: '/etc/hosts: 1 line to change', verbatim };
  return messageOf(view, richness, 'https://acme.slack.example/');
}

/** The lines as they stand in the block. */
function shown(verbatim: string[]): string[] {
  const block = JSON.parse(JSON.stringify(note(verbatim).blocks[1]));
  expect(block).toMatchObject({ type: 'rich_text', elements: [{ type: 'rich_text_preformatted' }] });
  return block.elements[0].elements[0].text.split('\n');
}

const DIFF = ['line 2', '- A=`date` <!here>', '+ A=10.20.0.4'];

test('lines stand below the note as they are', () => {
  expect(shown(DIFF)).toEqual(DIFF);
  expect(note(DIFF).blocks[0]).toMatchObject({ text: { text: '/etc/hosts: 1 line to change' } });
});

test('lines without a letter are shown as a dash, for Slack refuses an empty text', () => {
  expect(shown(['', ' '])).toEqual(['–']);
});

test('where Slack takes no rich text they stand in a fence, which nothing in them ends', () => {
  const fence = "```\nline 2\n- A='date' &lt;!here&gt;\n+ A=10.20.0.4\n```";
  expect(note(DIFF, 'plain').blocks[1]).toMatchObject({
    type: 'section',
    text: { type: 'mrkdwn', text: fence },
  });
  expect(note(DIFF, 'text').text).toBe(`/etc/hosts: 1 line to change\n${fence}`);
});

test('a long line is cut by code points, and lines that do not fit are counted', () => {
  expect(shown(['🚂'.repeat(301)])).toEqual([`${'🚂'.repeat(299)}…`]);
  const many = Array.from({ length: 60 }, (_, n) => `${100 + n}${'🚂'.repeat(96)}`);
  expect(shown(many)).toEqual([...many.slice(0, 24), '… 36 more lines']);
  expect(shown(many.slice(0, 25)).at(-1)).toBe('… 1 more line');
  expect(note(many, 'plain').blocks[1]).toMatchObject({
    text: { text: expect.stringMatching(/ more lines\n```$/) },
  });
});
