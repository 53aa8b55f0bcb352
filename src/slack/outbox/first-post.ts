import { titleOf } from '../../core/run/run-view.ts';
import type { MessageView } from '../../core/store/messages.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { listInWords } from '../../core/text/words.ts';
import { code, mention, mentionOf, mrkdwn, startedBy } from '../kit/blocks.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';

/** Of a summary or title, code points. */
const WHAT_MAX = 300;

/**
 * What a message of its own is posted with, before its state and its buttons come by edit: who asked for what, and whom it
 * calls, for an edit notifies nobody. Where Slack's answer to the post is lost it may stand there for good beside the
 * one that takes its place, so it says nothing that can become untrue. Undefined for what is posted whole.
 */
export function firstPost(view: MessageView, richness: Richness = 'full'): Rendered | undefined {
  const text = begin(view);
  return text === undefined ? undefined : { text, blocks: richness === 'text' ? [] : [mrkdwn(text)] };
}

function begin(view: MessageView): string | undefined {
  switch (view.kind) {
    case 'run': {
      const { run } = view;
      const title = escapeMrkdwn(titleOf(run));
      return `${title}, asked for by ${startedBy(run.requester)}: ${code(run.runId)}. ${follows('How it goes')}`;
    }
    case 'approval': {
      const { runId, requester, plan, state, approvers } = view.approval;
      const called = state === 'open' ? `${listInWords(approvers.slice(0, 5).map(mention))}: ` : '';
      const what = escapeMrkdwn(cut(plan.summary, WHAT_MAX));
      return `${called}${mentionOf(requester)} asks for an approval: ${what} (${code(runId)}). ${follows('The plan')}`;
    }
    case 'checklist': {
      const { title, runId } = view.checklist;
      return `${escapeMrkdwn(cut(title, WHAT_MAX))} (${code(runId)}). ${follows('The list')}`;
    }
    case 'note':
    case 'file':
    case 'digest':
    case 'decision':
    case 'test':
      return undefined;
  }
}

function follows(what: string): string {
  return `${what} is shown here or in a newer message.`;
}
