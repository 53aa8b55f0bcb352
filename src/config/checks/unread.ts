import type { Finding } from './issue.ts';

/** Settings of features that this version does not have. Accepted in silence, they would look as if something were backed up. */
const UNREAD: Readonly<Record<string, string>> = {
  DRILL_SCHEDULE: 'makes no drills',
  COPY_TO: 'makes no copies in another region or account',
  LOCK_DAYS: 'locks no snapshots',
  ALERT_URL: 'sends no alarms beyond Slack (PING_URL is read)',
};

/** Why a name that nothing reads is refused; undefined for any other. */
export function unreadInWords(name: string): string | undefined {
  const lacks = Object.hasOwn(UNREAD, name) ? UNREAD[name] : undefined;
  return lacks === undefined ? undefined : `nothing reads it: this version ${lacks}. Remove it.`;
}

export function checkUnread(env: Record<string, string | undefined>): Finding[] {
  return Object.keys(env).flatMap((at) => {
    const text = (env[at] ?? '').trim() === '' ? undefined : unreadInWords(at);
    return text === undefined ? [] : [{ at, text }];
  });
}
