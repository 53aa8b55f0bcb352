import type { AnyBlock, Button, MrkdwnElement, RichTextBlock } from '@slack/types';
import { isPerson, osUserIn, type Person, type Requester } from '../../core/model/person.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { utcTime } from '../../core/text/words.ts';

/** Slack's limits on texts (facts: slack.md, "Sizes"). */
export const LIMITS = {
  section: 3000,
  header: 150,
  field: 2000,
  button: 75,
  blocks: 50,
  /** By code points; Slack takes 4000 UTF-16 units in an edit. */
  topText: 2000,
} as const;

/** Slack refuses the whole message for one empty text. */
function filled(text: string, max: number): string {
  return text.trim() === '' ? '–' : cut(text, max);
}

/** Text exactly as it is: nothing in it pings, links or formats. */
export function plain(text: string): AnyBlock {
  return { type: 'section', text: { type: 'plain_text', text: filled(text, LIMITS.section), emoji: false } };
}

/**
 * A text object with formatting, the only maker of one. Verbatim: what a person typed, such as an address or `@here`, is not made
 * live by Slack either (Block Kit reference, "Text object").
 */
export function marked(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** For each post: no address in it brings a page's own words and pictures along. */
export const NO_UNFURL = { unfurl_links: false, unfurl_media: false } as const;

/** Our own words with formatting; whatever comes from people or machines must have gone through `escapeMrkdwn`. */
export function mrkdwn(text: string): AnyBlock {
  return { type: 'section', text: marked(filled(text, LIMITS.section)) };
}

export function header(text: string): AnyBlock {
  return { type: 'header', text: { type: 'plain_text', text: filled(text, LIMITS.header), emoji: true } };
}

export function context(...texts: string[]): AnyBlock {
  return {
    type: 'context',
    elements: texts.slice(0, 10).map((text) => marked(filled(text, LIMITS.field))),
  };
}

/** A small line of text exactly as it is. */
export function contextPlain(text: string): AnyBlock {
  return {
    type: 'context',
    elements: [{ type: 'plain_text', text: filled(text, LIMITS.field), emoji: false }],
  };
}

/** At most ten pairs; values are escaped here. */
export function fields(pairs: readonly (readonly [string, string])[]): AnyBlock {
  return {
    type: 'section',
    fields: pairs
      .slice(0, 10)
      .map(([name, value]) => marked(cut(`*${name}*\n${escapeMrkdwn(value)}`, LIMITS.field))),
  };
}

export const divider: AnyBlock = { type: 'divider' };

export function actions(...elements: Button[]): AnyBlock {
  return { type: 'actions', elements };
}

export function button(input: {
  text: string;
  actionId: string;
  value: string;
  style?: 'primary' | 'danger';
  confirm?: { title: string; text: string; confirm: string; deny: string };
}): Button {
  return {
    type: 'button',
    text: { type: 'plain_text', text: cut(input.text, LIMITS.button), emoji: false },
    action_id: input.actionId,
    value: input.value,
    ...(input.style === undefined ? {} : { style: input.style }),
    ...(input.confirm === undefined
      ? {}
      : {
          confirm: {
            title: { type: 'plain_text', text: cut(input.confirm.title, 100) },
            text: { type: 'plain_text', text: cut(input.confirm.text, 300) },
            confirm: { type: 'plain_text', text: cut(input.confirm.confirm, 30) },
            deny: { type: 'plain_text', text: cut(input.confirm.deny, 30) },
          },
        }),
  };
}

/** One paragraph of rich text without any markup. */
export function richText(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: filled(text, LIMITS.section) }] },
    ],
  };
}

/** A time in the reader's own zone, in mrkdwn; what cannot show it shows UTC. */
export function when(ms: number): string {
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${utcTime(ms)}>`;
}

/** Mentions by id: the only live markup the bot writes about people. */
export function mention(id: string): string {
  const osUser = osUserIn(id);
  if (osUser !== undefined) return `${code(osUser)} on the command line`;
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`;
}

/** `https://…/archives/C1/p1700000000000100`; Slack's own form of a message's link. */
export function permalink(workspaceUrl: string, message: { channel: string; ts: string }): string {
  return `${workspaceUrl.replace(/\/?$/, '/')}archives/${message.channel}/p${message.ts.replace('.', '')}`;
}

/** Code in mrkdwn; a backtick would end it. */
export function code(text: string): string {
  return `\`${escapeMrkdwn(text.replaceAll('`', "'"))}\``;
}

/** Who acted, and as which user of the operating system where that was not in Slack. */
export function mentionOf({ userId, teamId }: Person): string {
  const osUser = osUserIn(teamId);
  const isTold = osUser === undefined || osUserIn(userId) !== undefined;
  return isTold ? mention(userId) : `${mention(userId)} (${code(osUser)} on the command line)`;
}

/** Who started something: a person by mention, or a schedule by name. */
export function startedBy(requester: Requester): string {
  return isPerson(requester) ? mentionOf(requester) : `the schedule ${code(requester.schedule)}`;
}
