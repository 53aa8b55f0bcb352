import type { ApiCall, Member, SlackFault, StoredMessage } from '../../../sandbox/slack/model.ts';
import { hasLastWord, type Journey } from '../journey.ts';

/** A time-out short enough for a test, and long enough for a machine that is busy with others. */
export const IMPATIENT = { slackTimeoutMs: 1_500 };

export function callsOf(journey: Journey, method: string): ApiCall[] {
  return journey.slack.calls.filter((call) => call.method === method);
}

/** What the bot wrote to a person directly, oldest first. */
export function directTo(journey: Journey, person: Member): StoredMessage[] {
  const channel = journey.slack.workspace.channels.find((c) => c.im === person.id);
  return channel === undefined ? [] : journey.slack.messages(channel.id);
}

/** Messages in threads of the channel. */
export function notesOf(journey: Journey): StoredMessage[] {
  return journey.slack.messages(journey.channel.id).filter((m) => m.threadTs !== undefined);
}

/** Has a button to press. */
export function hasButtons(message: StoredMessage): boolean {
  return message.blocks.some((block) => block.type === 'actions');
}

/** The id of a question's button with this label. */
export function buttonOf(message: StoredMessage, label: string): string | undefined {
  for (const block of message.blocks) {
    if (!('elements' in block) || block.type !== 'actions') continue;
    for (const element of block.elements) {
      if (!('text' in element) || element.type !== 'button') continue;
      if (element.text.text === label && element.action_id?.startsWith('circleci-backup:answer'))
        return element.action_id;
    }
  }
  return undefined;
}

/** Shows its state: not only the first post, which an edit completes or a newer message takes the place of. */
export function isWhole(message: StoredMessage): boolean {
  return !message.text.endsWith('is shown here or in a newer message.');
}

/** One message tells the result, its buttons are gone, and nothing that was said in its thread was said twice. */
export function expectToldOnce(journey: Journey): StoredMessage {
  const told = journey.runMessages().filter((m) => !m.deleted && hasLastWord(m));
  expect(told.map((m) => m.text)).toHaveLength(1);
  const [message] = told;
  if (message === undefined) throw new Error('there is no result');
  expect(hasButtons(message)).toBe(false);
  const notes = notesOf(journey).map((m) => m.text);
  expect(notes).toEqual([...new Set(notes)]);
  return message;
}

/** Everything fails until the returned function is called. */
export function slackDown(journey: Journey, method = '*'): () => void {
  const fault: SlackFault = { method, kind: 'http', status: 503, times: Number.MAX_SAFE_INTEGER };
  journey.slack.faults.push(fault);
  return () => void journey.slack.faults.splice(0);
}

/** The message of a run stands in the channel, with its state. */
export function runShown(journey: Journey): Promise<void> {
  return journey.until('the run was shown', () => journey.runMessages().some(isWhole));
}

/** Mentions, links and times that Slack makes live: those in mrkdwn and in the top-level text. */
export function liveMarkup(message: Pick<StoredMessage, 'text' | 'blocks'>): string[] {
  return [message.text, ...mrkdwnIn(message.blocks)].flatMap((text) => text.match(/<[@!#h][^>]*>/g) ?? []);
}

function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'type' in value && value.type === 'mrkdwn' && 'text' in value && typeof value.text === 'string'
      ? [value.text]
      : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}
