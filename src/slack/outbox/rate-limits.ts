/** Slack's rates (facts: slack.md): about one post a second a channel, 50 edits a minute, and edits of one message coalesced. */
const POST_EVERY_MS = 1_100;
const EDIT_EVERY_MS = 1_250;
const SAME_MESSAGE_EVERY_MS = 2_500;

export interface Pace {
  /** The earliest time, ms since epoch, at which this may be sent. */
  postAt(channel: string): number;
  editAt(messageId: string, final: boolean): number;
  posted(channel: string, now: number): void;
  edited(messageId: string, now: number): void;
  /** Slack said when it wants to hear of this method again. */
  pause(method: 'chat.postMessage' | 'chat.update', until: number): void;
  /** Of how many channels and messages it remembers something: of those alone that have to wait. */
  remembered(): number;
}

export function createPace(): Pace {
  const nextPost = new Map<string, number>();
  const nextEditOf = new Map<string, number>();
  const paused = { 'chat.postMessage': 0, 'chat.update': 0 };
  let nextEdit = 0;
  return {
    postAt: (channel) => Math.max(paused['chat.postMessage'], nextPost.get(channel) ?? 0),
    // The last word does not wait for its turn among the edits of the same message.
    editAt: (id, final) => Math.max(paused['chat.update'], nextEdit, final ? 0 : (nextEditOf.get(id) ?? 0)),
    posted: (channel, now) => note(nextPost, channel, now + POST_EVERY_MS, now),
    edited(id, now) {
      nextEdit = now + EDIT_EVERY_MS;
      note(nextEditOf, id, now + SAME_MESSAGE_EVERY_MS, now);
    },
    remembered: () => nextPost.size + nextEditOf.size,
    pause(method, until) {
      paused[method] = Math.max(paused[method], until);
    },
  };
}

/** The oldest entries stand first, so what nobody waits for any more is found at once. */
function note(next: Map<string, number>, id: string, at: number, now: number): void {
  next.delete(id);
  next.set(id, at);
  for (const [old, until] of next) {
    if (until > now) return;
    next.delete(old);
  }
}
