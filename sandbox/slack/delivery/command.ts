import { appId } from '../ids.ts';
import { checkMessage } from '../limits/limits.ts';
import type { DeliveryReceipt } from '../model.ts';
import { blocksParam, isRecord, textParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { addEphemeral, issueResponseUrl, issueTrigger, type SlackState } from '../state.ts';
import type { Deliver, Outcome } from './delivery.ts';
import { channelName, domain, homeOf, knownMember } from './payloads.ts';
import { postAnswer } from './response-url.ts';
import { escapeCommandText } from './slash-text.ts';

/** A person types a command. The ack's text or blocks become an answer; no ack, the words Slack shows for it. */
export async function runCommand(
  state: SlackState,
  deliver: Deliver,
  typed: { user: string; channel: string; text: string; command: string },
): Promise<DeliveryReceipt> {
  const { user, channel, command } = typed;
  const outcome = await deliver('slash_commands', {
    token: 'unused',
    team_id: homeOf(state, user),
    team_domain: domain(state),
    channel_id: channel,
    channel_name: channelName(state, channel),
    user_id: user,
    user_name: knownMember(state, user).name,
    command,
    text: escapeCommandText(typed.text.trim(), state.workspace),
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: issueResponseUrl(state, { user, channel }),
    trigger_id: issueTrigger(state, user),
  });
  const failure = outcome.failure ?? showAck(state, typed, outcome.body);
  if (failure) {
    addEphemeral(state, { channel, user, text: `${command} failed with the error "${failure}"`, blocks: [] });
  }
  return receiptOf(outcome);
}

/** Shows the ack's message; returns the error when Slack would not take it. */
function showAck(
  state: SlackState,
  to: { user: string; channel: string },
  body: unknown,
): string | undefined {
  const params = typeof body === 'string' ? { text: body } : isRecord(body) ? body : {};
  try {
    const content = { text: textParam(params, 'text') ?? '', blocks: blocksParam(params) ?? [] };
    if (content.text === '' && content.blocks.length === 0) return undefined;
    checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 40_000 });
    postAnswer(state, to, params.response_type, content);
    return undefined;
  } catch (error) {
    if (error instanceof SlackError) return error.code;
    throw error;
  }
}

export function receiptOf(outcome: Outcome): DeliveryReceipt {
  return {
    ...(outcome.ackMs === undefined ? {} : { ackMs: outcome.ackMs }),
    ...(outcome.body === undefined ? {} : { body: outcome.body }),
  };
}
