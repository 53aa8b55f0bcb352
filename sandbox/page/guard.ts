import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';

/** Names a browser on this machine may know the page by; the port is free because it may be forwarded. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

const MAX_BODY_BYTES = 64 * 1024;

/** Refuses a foreign Host header, so that no web site can point its own name at the sandbox (DNS rebinding). */
export function refuseForeignHost(request: IncomingMessage): Answer | undefined {
  return LOOPBACK_HOST.test(request.headers.host ?? '')
    ? undefined
    : refusal(403, 'Open the sandbox as http://127.0.0.1 or http://localhost.');
}

/** Only the page itself may post: another site can neither set this content type without asking nor this origin. */
export function refuseForeignPost(request: IncomingMessage): Answer | undefined {
  const [contentType = ''] = (request.headers['content-type'] ?? '').split(';');
  if (contentType.trim().toLowerCase() !== 'application/json')
    return refusal(415, 'Send JSON: content-type application/json.');
  if (request.headers.origin !== `http://${request.headers.host}`)
    return refusal(403, 'Only the page of the sandbox may post here: the Origin header does not match.');
  return undefined;
}

/** The parsed body, or the refusal when it is too long (64 KiB) or no JSON. */
export async function readJson(request: IncomingMessage): Promise<{ json: unknown } | { refused: Answer }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The socket stays open on a refusal, so that the answer still reaches the sender.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return { refused: refusal(413, 'That is more than 64 KiB.') };
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { refused: refusal(400, 'The body is not JSON.') };
  }
}
