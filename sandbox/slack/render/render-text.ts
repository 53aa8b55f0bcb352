import type { EphemeralMessage, SlackServer, StoredMessage, Workspace } from '../model.ts';
import { findMember } from '../state.ts';
import { blockLines } from './render-blocks.ts';
import { broadcastsIn, readMrkdwn } from './render-mrkdwn.ts';
import { indentBy, wrap } from './text-layout.ts';

export interface RenderOptions {
  /** Columns; default 100. */
  width?: number;
  /** An IANA zone prints `HH:MM` of that zone with each message; left out, no times are printed. */
  timesIn?: string;
}

/** A message, or an answer for one person, as plain text of what is read. Deterministic: the same input, the same text. */
export function renderMessage(
  message: StoredMessage | EphemeralMessage,
  workspace: Workspace,
  options: RenderOptions = {},
): string {
  if ('id' in message) return renderEphemeral(message, workspace, options);
  return messageLines(message, workspace, options, options.width ?? 100).join('\n');
}

export function renderEphemeral(
  message: EphemeralMessage,
  workspace: Workspace,
  options: RenderOptions = {},
): string {
  const author = workspace.bot.realName;
  const reader = findMember(workspace, message.user)?.realName ?? message.user;
  const head = `${author}${time(message.ts, options)}  (only visible to ${reader})`;
  return [head, ...indentBy(contentLines(message, workspace, (options.width ?? 100) - 2), '  ')].join('\n');
}

/** A channel from its oldest message, replies beneath their parents; messages are parted by an empty line. */
export function renderChannel(
  server: Pick<SlackServer, 'messages' | 'workspace'>,
  channel: string,
  options: RenderOptions = {},
): string {
  const { workspace } = server;
  const width = options.width ?? 100;
  const shown = server.messages(channel).filter((message) => !message.deleted);
  return shown
    .filter((message) => message.threadTs === undefined)
    .map((parent) => {
      const replies = shown.filter((message) => message.threadTs === parent.ts);
      const thread = replies.flatMap((reply) =>
        indentBy(messageLines(reply, workspace, options, width - 4), '  │ '),
      );
      return [...messageLines(parent, workspace, options, width), ...thread].join('\n');
    })
    .join('\n\n');
}

/** What only one person was shown, oldest first. */
export function renderEphemerals(
  server: Pick<SlackServer, 'ephemerals' | 'workspace'>,
  user: string,
  options: RenderOptions = {},
): string {
  return server
    .ephemerals(user)
    .map((message) => renderEphemeral(message, server.workspace, options))
    .join('\n\n');
}

function messageLines(
  message: StoredMessage,
  workspace: Workspace,
  options: RenderOptions,
  width: number,
): string[] {
  const author = findMember(workspace, message.user)?.realName ?? message.user;
  const marks = [
    ...(message.edited ? ['(edited)'] : []),
    ...(message.broadcast ? ['(also sent to the channel)'] : []),
    ...(message.deleted ? ['(deleted)'] : []),
  ];
  const head = [`${author}${time(message.ts, options)}`, ...marks].join('  ');
  const files = (message.files ?? []).map((file) =>
    file.title === file.name ? `[file: ${file.name}]` : `[file: ${file.name}, "${file.title}"]`,
  );
  return [head, ...indentBy([...contentLines(message, workspace, width - 2), ...files], '  ')];
}

/** Blocks are shown in place of the text; a broadcast in the text pings all the same. */
function contentLines(
  content: Pick<StoredMessage, 'text' | 'blocks'>,
  workspace: Workspace,
  width: number,
): string[] {
  if (content.blocks.length === 0) {
    return content.text === '' ? [] : wrap(readMrkdwn(content.text, workspace), width);
  }
  const pings = broadcastsIn(content.text).map((ping) => `${ping} (in the notification)`);
  return [...pings, ...blockLines(content.blocks, workspace, width)];
}

function time(ts: string, options: RenderOptions): string {
  if (options.timesIn === undefined) return '';
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: options.timesIn,
  });
  return `  ${format.format(new Date(Number(ts) * 1000))}`;
}
