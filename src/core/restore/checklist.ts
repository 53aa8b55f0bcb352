import type { Person } from '../model/person.ts';

/** Something that only people can do. Plain text. */
export interface ChecklistItem {
  /** Unique in its list, e.g. `oauth`. */
  key: string;
  title: string;
  lines: string[];
  /** Where it is done; a web address. */
  link?: string;
  done?: { by: Person; at: number };
}

/** What can be done from the list by a button, besides ticking. */
export type ChecklistAction = 'way-back' | 'remove-test' | 'cleanup' | 'remove-originals';

/** What is left for people after a restore; kept under the run's id. Times are ms since epoch. */
export interface Checklist {
  runId: string;
  target: string;
  channel: string;
  /** Who is reminded of it. */
  requester: Person;
  /** One line, e.g. `prod runs on i-0abc: this is left for people`. */
  title: string;
  items: ChecklistItem[];
  actions: ChecklistAction[];
  /** The machine that the restore was about. */
  instanceId?: string;
  /** Builds from before the backup that still show as running; the count is missing where CircleCI did not say. */
  builds?: { count?: number | undefined };
  /** Files whose originals are kept on the machine. */
  originals?: string[];
  madeAt: number;
  reminders: number;
  remindedAt?: number;
}

export function isFinished({ items }: Pick<Checklist, 'items'>): boolean {
  return items.every(({ done }) => done !== undefined);
}

/** The list with this item ticked; undefined where there is no such item, or somebody ticked it before. */
export function tick(list: Checklist, key: string, by: Person, at: number): Checklist | undefined {
  const item = list.items.find((one) => one.key === key);
  if (item === undefined || item.done !== undefined) return undefined;
  return withItem(list, { ...item, done: { by, at } });
}

/** The list with this item open again; undefined where it is open. */
export function untick(list: Checklist, key: string): Checklist | undefined {
  const item = list.items.find((one) => one.key === key);
  if (item?.done === undefined) return undefined;
  const { done: _done, ...open } = item;
  return withItem(list, open);
}

function withItem(list: Checklist, item: ChecklistItem): Checklist {
  return { ...list, items: list.items.map((one) => (one.key === item.key ? item : one)) };
}

const DAY_MS = 86_400_000;
/** Days between a reminder and the one before it: what nobody does at once is not helped by a daily bell. */
const WAITS = [1, 2, 4, 7];

/** When people are reminded next. */
export function reminderAt({ madeAt, remindedAt, reminders }: Checklist): number {
  const days = WAITS[Math.min(reminders, WAITS.length - 1)] ?? 7;
  return (remindedAt ?? madeAt) + days * DAY_MS;
}

export function isReminderDue(list: Checklist, now: number): boolean {
  return !isFinished(list) && now >= reminderAt(list);
}
