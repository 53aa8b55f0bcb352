import type { WebClient } from '@slack/web-api';
import type { MessageView } from '../../core/store/messages.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { type CallResult, callSlack } from '../kit/slack-call.ts';

const UPLOAD_LIMIT_MS = 30_000;

export interface Delivered {
  ts: string;
  /** Slack put a reply at the channel's root: the message above it is gone, and it gives no error for that. */
  isAstray?: boolean;
}

type FileView = Extract<MessageView, { kind: 'file' }>;

/**
 * Puts a file into a thread, in Slack's three steps. People see nothing of it before the last one, so that whatever becomes
 * of the first two, they may be made again. Slack gives no ts for it; the file's id stands in its place.
 */
export function createUpload({ client, fetch: ask }: { client: WebClient; fetch: typeof fetch }) {
  return async (
    { name, text, comment }: FileView,
    channel: string,
    thread: string | undefined,
  ): Promise<CallResult<Delivered>> => {
    const bytes = Buffer.from(text, 'utf8');
    const place = unseen(
      await callSlack(() =>
        client.files.getUploadURLExternal({ filename: name, length: bytes.byteLength, snippet_type: 'text' }),
      ),
    );
    if (place.kind !== 'ok') return place;
    const { file_id: id = '', upload_url: url = '' } = place.value;
    const sent = unseen(await callSlack(() => send(ask, url, bytes)));
    if (sent.kind !== 'ok') return sent;
    const to = { channel_id: channel, initial_comment: escapeMrkdwn(comment) };
    const files: [{ id: string; title: string }] = [{ id, title: name }];
    return callSlack(async () => {
      await client.files.completeUploadExternal(
        thread === undefined ? { files, ...to } : { files, ...to, thread_ts: thread },
      );
      return { ts: id };
    });
  };
}

async function send(ask: typeof fetch, url: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const signal = AbortSignal.timeout(UPLOAD_LIMIT_MS);
  const response = await ask(url, { method: 'POST', headers, body, signal });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the upload was answered HTTP ${response.status}`);
}

function unseen<T>(result: CallResult<T>): CallResult<T> {
  return result.kind === 'unknown' ? { kind: 'not-done', code: result.code } : result;
}
