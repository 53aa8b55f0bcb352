import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyBlock } from '@slack/types';
import { checkMessage } from '../limits/limits.ts';
import type { EphemeralMessage, SlackFault } from '../model.ts';
import { blocksParam, flagParam, type Params, parseParams, readBody, textParam } from '../params.ts';
import { errorBody, SlackError } from '../slack-error.ts';
import {
  addEphemeral,
  addMessage,
  editMessage,
  findMessage,
  type ResponseUrl,
  replaceMessage,
  type SlackState,
  withBlockIds,
} from '../state.ts';
import { serveCall, type WireAnswer } from '../wire-call.ts';

const livesMs = 30 * 60 * 1000;
const maxUses = 5;

/** Answers `POST /response/<id>`: 404 with `expired_url` or `used_url` when it serves no more. */
export function createResponseUrls(input: {
  state: SlackState;
  faults: SlackFault[];
}): (request: IncomingMessage, response: ServerResponse, id: string) => Promise<void> {
  const { state, faults } = input;
  return async (request, response, id) => {
    const params = readAnswer((await readBody(request)).toString('utf8'));
    const work = () => (params ? use(state, id, params) : refusal(400, 'invalid_payload'));
    serveCall({ state, faults, request, response, method: 'response_url', params: params ?? {}, work });
  };
}

/** The body is JSON, whatever its content type says. */
function readAnswer(body: string): Params | undefined {
  try {
    return parseParams('application/json', body);
  } catch {
    return undefined;
  }
}

function use(state: SlackState, id: string, params: Params): WireAnswer {
  const grant = state.responseUrls.get(id);
  if (!grant) return refusal(404, 'expired_url');
  if (state.clock.now() - grant.issuedAt >= livesMs) return refusal(404, 'expired_url');
  if (grant.uses >= maxUses) return refusal(404, 'used_url');
  try {
    follow(state, grant, params);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return refusal(400, error.code, error.details);
  }
  grant.uses += 1;
  return { status: 200, body: { ok: true }, result: 'ok' };
}

function refusal(status: number, error: string, details: string[] = []): WireAnswer {
  return { status, body: errorBody(error, details), result: error };
}

function follow(state: SlackState, grant: ResponseUrl, params: Params): void {
  if (flagParam(params, 'delete_original')) {
    deleteOriginal(state, grant);
    return;
  }
  const content = { text: textParam(params, 'text') ?? '', blocks: blocksParam(params) ?? [] };
  checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 40_000 });
  if (grant.source && replaces(params)) {
    replaceOriginal(state, grant, content);
    return;
  }
  const threadTs = textParam(params, 'thread_ts');
  postAnswer(state, { ...grant, ...(threadTs ? { threadTs } : {}) }, params.response_type, content);
}

/**
 * An answer to a click takes the place of what was clicked unless it says `replace_original: false`. Slack's
 * documentation leaves the default open; this is the reading that shows a bot's mistake. An answer to a command
 * cannot replace anything (bolt-js#2287).
 */
function replaces(params: Params): boolean {
  return params.replace_original === undefined || flagParam(params, 'replace_original');
}

/** An answer as a message: for the person alone unless `in_channel`. */
export function postAnswer(
  state: SlackState,
  to: { user: string; channel: string; threadTs?: string },
  responseType: unknown,
  content: { text: string; blocks: AnyBlock[] },
): void {
  const thread = to.threadTs ? { threadTs: to.threadTs } : {};
  if (responseType === 'in_channel') {
    addMessage(state, { channel: to.channel, user: state.workspace.bot.id, ...content, ...thread });
  } else {
    addEphemeral(state, { channel: to.channel, user: to.user, ...content, ...thread });
  }
}

function deleteOriginal(state: SlackState, grant: ResponseUrl): void {
  const { source } = grant;
  if (!source) throw new SlackError('message_not_found');
  if ('ephemeral' in source) {
    state.ephemerals = state.ephemerals.filter((each) => each.id !== source.ephemeral.id);
    state.changed();
    return;
  }
  const message = findMessage(state, grant.channel, source.message.ts);
  if (!message) throw new SlackError('message_not_found');
  replaceMessage(state, message, { deleted: true });
}

function replaceOriginal(
  state: SlackState,
  grant: ResponseUrl,
  content: { text: string; blocks: AnyBlock[] },
): void {
  const { source } = grant;
  if (source && 'ephemeral' in source) {
    replaceEphemeral(state, source.ephemeral, content);
    return;
  }
  const message = source && findMessage(state, grant.channel, source.message.ts);
  if (!message) throw new SlackError('message_not_found');
  editMessage(state, message, content);
}

function replaceEphemeral(
  state: SlackState,
  old: EphemeralMessage,
  content: { text: string; blocks: AnyBlock[] },
): void {
  const next = { ...old, text: content.text, blocks: withBlockIds(state, content.blocks) };
  state.ephemerals = state.ephemerals.map((each) => (each.id === old.id ? next : each));
  state.changed();
}
