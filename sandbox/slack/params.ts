import type { IncomingMessage } from 'node:http';
import type { AnyBlock } from '@slack/types';
import { SlackError } from './slack-error.ts';

/** The arguments of a call; form fields are strings, JSON-encoded ones are decoded. */
export type Params = Record<string, unknown>;

/** Fields that Slack takes as JSON inside a form. */
const jsonFields = new Set(['blocks', 'view', 'attachments', 'metadata', 'files', 'options']);

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export function parseParams(contentType: string, body: string): Params {
  if (contentType.includes('application/json')) {
    const parsed = parseJson(body, 'invalid_json');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new SlackError('json_not_object');
    return decodeFields({ ...parsed });
  }
  return decodeFields(Object.fromEntries(new URLSearchParams(body)));
}

function decodeFields(params: Params): Params {
  for (const [name, value] of Object.entries(params)) {
    if (!jsonFields.has(name) || typeof value !== 'string') continue;
    if (value === '') delete params[name];
    else params[name] = parseJson(value, name === 'blocks' ? 'invalid_blocks_format' : 'invalid_arguments');
  }
  return params;
}

function parseJson(text: string, error: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SlackError(error);
  }
}

/** A text argument; numbers are not taken for one, as a `ts` sent as a number has lost digits. */
export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function requiredParam(params: Params, name: string): string {
  const value = textParam(params, name);
  if (value === undefined)
    throw new SlackError('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
}

export function flagParam(params: Params, name: string): boolean {
  return params[name] === true || params[name] === 'true' || params[name] === '1';
}

export function blocksParam(params: Params): AnyBlock[] | undefined {
  const { blocks } = params;
  if (blocks === undefined || blocks === null) return undefined;
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format');
  return blocks;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
