import type { MessageView } from '../../../src/core/store/messages.ts';
import { messageOf } from '../../../src/slack/outbox/message.ts';
import { list } from '../../core/restore/checklists.ts';
import { someDigest } from '../routine/digests.ts';
import { runView } from '../run/runs.ts';

const VIEWS: [MessageView, RegExp][] = [
  [{ kind: 'run', run: runView() }, /^Backup of prod/],
  [
    { kind: 'note', tone: 'warning', text: 'the backup is only partial.' },
    /^:warning: the backup is only partial\.$/,
  ],
  [{ kind: 'checklist', checklist: list }, /this is left for people/],
  [{ kind: 'digest', digest: someDigest() }, /prod/],
  [{ kind: 'test', target: 'prod', mentions: [], requester: list.requester }, /prod/],
];

test.each(VIEWS.map(([view, words]) => ({ kind: view.kind, view, words })))(
  'where Slack has refused the blocks of a message, its words come without: $kind',
  ({ view, words }) => {
    expect(messageOf(view, 'full', 'https://acme.slack.example/').blocks).not.toEqual([]);
    const { text, blocks } = messageOf(view, 'text', 'https://acme.slack.example/');
    expect(text).toMatch(words);
    expect(blocks).toEqual([]);
  },
);
