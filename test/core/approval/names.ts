import type { Plan } from '../../../src/core/approval/approval.ts';

/** What names a thing in EC2, on a machine, at CircleCI or in the bot, whatever stands around it. */
const NAMES = [
  // EC2's ids, and those of what belongs to them.
  /\b(?:i|ami|snap|vol|eni|sg|subnet|vpc|eipalloc|eipassoc|replacevol|lt|igw|rtb)-[0-9a-f]{8,}\b/g,
  /\barn:aws[\w:./-]+/g,
  // Runs and backups.
  /\b(?:bk|rs|cl|pr|rl|rm|ds)-\d{8}-\d{4}-[a-z2-9]{4}\b/g,
  // Addresses, hosts and host keys.
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /\bhttps?:\/\/[^\s,;)]+/g,
  /\b(?:[a-z0-9-]+\.)+(?:com|example|net|org|internal)(?![\w-])/g,
  /\bSHA256:[\w+/]+/g,
  // Paths, devices, builds, tags, types of machines.
  /(?<![\w./:-])\/[\w.@+-]+(?:\/[\w.@+-]+)+/g,
  /\b(?:gh|bb)\/[\w.-]+\/[\w.-]+\/\d+/g,
  /\bcircleci-backup:[\w-]+/g,
  /\b[a-z][a-z0-9-]*\d[a-z]*\.(?:\d+x)?(?:nano|micro|small|medium|large|xlarge|metal)\b/g,
];

export function namesIn(text: string): string[] {
  return NAMES.flatMap((name) => text.match(name) ?? []);
}

/** Everything of a plan that people read. */
export function textsOf({
  summary,
  sections,
  start,
}: Omit<Plan, 'start'> & Partial<Pick<Plan, 'start'>>): string[] {
  return [
    summary,
    ...sections.flatMap(({ title, lines }) => [title, ...lines]),
    ...(start?.view.about ?? []),
    ...(start?.view.note === undefined ? [] : [start.view.note]),
    ...(start?.view.stages ?? []).map(({ title }) => title),
  ];
}

/** Every text in JSON data, keys among them. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsIn(one)]);
}

/** Names that stand in a text of the plan and nowhere in what is started, which is what is approved and compared. */
export function unboundNames(plan: Plan): string[] {
  const held = stringsIn(plan.start.input);
  const isHeld = (name: string) => held.some((text) => holds(text, name));
  return [...new Set(textsOf(plan).flatMap(namesIn))].filter((name) => !isHeld(name));
}

/** Whether the name stands there as a whole: 10.0.0.1 is not in 10.0.0.12. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + name.length);
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
