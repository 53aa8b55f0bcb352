import { isPerson, osUserIn } from '../../core/model/person.ts';
import { isEnded } from '../../core/run/run-view.ts';
import type { OutboxMessage } from '../../core/store/messages.ts';
import { cut } from '../../core/text/text.ts';

type NewMessage = Pick<OutboxMessage, 'id' | 'channel' | 'broadcast' | 'view' | 'final'>;

/** Escaped, a note must still fit into a section. */
const FILE_MAX = 2_000;

/** Where Slack gave no answer at all, in the place of its error code. */
export const NOT_CONFIRMED = 'not confirmed';

/**
 * The direct message that stands in for one the channel did not take: for a run's final message and for a note that
 * calls somebody; a test and a request are told to who asked for them. Undefined where nobody waits in Slack, or where it is itself
 * a direct message.
 */
export function fallbackFor(message: OutboxMessage, code: string): NewMessage | undefined {
  if (isDirect(message.id)) return undefined;
  const direct = directFor(message, code);
  return direct === undefined || osUserIn(direct.channel) !== undefined ? undefined : direct;
}

function directFor(message: OutboxMessage, code: string): NewMessage | undefined {
  const base = { id: directIdOf(message.id), broadcast: false, final: true };
  const insteadOf = { channel: message.channel, code };
  if (message.view.kind === 'run') {
    const { run } = message.view;
    if (!isEnded(run) || !isPerson(run.requester)) return undefined;
    // It is sent once, so it shows nothing of what is still under way: the list has it later.
    const { follows = [], ...known } = run;
    const stages = run.stages.filter(({ key }) => !follows.includes(key));
    const added = { known: false, reason: 'it was not measured yet; the list shows it later' } as const;
    const result =
      run.result === undefined || !follows.includes('size') ? {} : { result: { ...run.result, added } };
    return {
      ...base,
      channel: run.requester.userId,
      view: { kind: 'run', run: { ...known, ...result, stages, insteadOf } },
    };
  }
  if (message.view.kind === 'digest' || message.view.kind === 'decision') return undefined;
  if (message.view.kind === 'approval') {
    const { requester } = message.view.approval;
    return { ...base, channel: requester.userId, view: { ...message.view, insteadOf } };
  }
  if (message.view.kind === 'checklist') {
    const { requester } = message.view.checklist;
    return { ...base, channel: requester.userId, view: { ...message.view, insteadOf } };
  }
  if (message.view.kind === 'file') {
    // People have no files sent to them by their id alone: what matters of it is its beginning.
    const { runId, text, comment, requester } = message.view;
    const said = cut(`${comment}:\n${text}`, FILE_MAX);
    const view = { kind: 'note', runId, text: said, tone: 'info', insteadOf } as const;
    return { ...base, channel: requester.userId, view };
  }
  if (message.view.kind === 'test') {
    return { ...base, channel: message.view.requester.userId, view: { ...message.view, insteadOf } };
  }
  const [person] = (message.view.mentions ?? []).filter(
    (id) => !id.startsWith('S') && osUserIn(id) === undefined,
  );
  if (person === undefined) return undefined;
  return { ...base, channel: person, view: { ...message.view, insteadOf } };
}

const DIRECT = '/direct';

export function isDirect(id: string): boolean {
  return id.endsWith(DIRECT);
}

/** Id of the direct message that stands in for the message with this id. */
export function directIdOf(id: string): string {
  return `${id}${DIRECT}`;
}
