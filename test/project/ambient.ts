import { isNode, type Node, parsed, visit } from './imports.ts';

/**
 * What a source takes from its surroundings instead of being handed it, in the order it stands there: members of
 * globals such as `process.env` or `Date.now`, the timers, `new Date()` without a time, and the type `any`.
 */
export function ambientUses(source: string): string[] {
  const found: string[] = [];
  visit(parsed(source), (node) => {
    const use = memberOf(node) ?? timer(node) ?? dateOfNow(node) ?? anyType(node);
    if (use !== undefined) found.push(use);
  });
  return found;
}

const MEMBERS = new Set([
  'process.env',
  'process.exit',
  'Date.now',
  'performance.now',
  'Math.random',
  'AbortSignal.timeout',
]);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch']);

function memberOf({ type, object, property }: Node): string | undefined {
  if (type !== 'MemberExpression' || !isNode(object) || !isNode(property)) return undefined;
  const name = `${String(object.value)}.${String(property.value)}`;
  return object.type === 'Identifier' && MEMBERS.has(name) ? name : undefined;
}

function timer({ type, callee }: Node): string | undefined {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'Identifier') return undefined;
  return TIMERS.has(String(callee.value)) ? String(callee.value) : undefined;
}

function dateOfNow({ type, callee, arguments: given }: Node): string | undefined {
  if (type !== 'NewExpression' || !isNode(callee) || callee.value !== 'Date') return undefined;
  return Array.isArray(given) && given.length > 0 ? undefined : 'new Date()';
}

function anyType({ type, kind }: Node): string | undefined {
  return type === 'TsKeywordType' && kind === 'any' ? 'any' : undefined;
}
