import { isRecord } from '../params.ts';

/** Collects what is wrong with blocks or a view, each with its JSON pointer, in the words Slack uses. */
export interface ShapeCheck {
  problems: string[];
  surface: 'message' | 'modal' | 'home';
  newestBlocks: boolean;
}

export function problem(check: ShapeCheck, path: string, what: string): void {
  check.problems.push(`[ERROR] ${what} [json-pointer:${path}]`);
}

/** A string of 1 to `max` characters. */
export function checkString(check: ShapeCheck, value: unknown, path: string, max: number): void {
  if (typeof value !== 'string') {
    problem(check, path, 'must be a string');
    return;
  }
  if (value.length === 0) {
    problem(check, path, 'must be more than 0 characters');
    return;
  }
  if (lengthOf(value) > max) problem(check, path, `must be less than ${max + 1} characters`);
}

export function checkOptionalString(check: ShapeCheck, value: unknown, path: string, max: number): void {
  if (value !== undefined) checkString(check, value, path, max);
}

/** A text object. `plain` refuses mrkdwn. */
export function checkText(
  check: ShapeCheck,
  value: unknown,
  path: string,
  options: { max: number; plain?: boolean },
): void {
  if (value === undefined) {
    const parent = path.slice(0, path.lastIndexOf('/'));
    problem(check, parent, `missing required field: ${path.slice(parent.length + 1)}`);
    return;
  }
  if (!isRecord(value)) {
    problem(check, path, 'must provide an object');
    return;
  }
  const allowed = options.plain ? ['plain_text'] : ['plain_text', 'mrkdwn'];
  if (typeof value.type !== 'string' || !allowed.includes(value.type)) {
    problem(check, `${path}/type`, `must be a valid enum value: ${allowed.join(', ')}`);
    return;
  }
  checkString(check, value.text, `${path}/text`, options.max);
}

export function checkOptionalText(
  check: ShapeCheck,
  value: unknown,
  path: string,
  options: { max: number; plain?: boolean },
): void {
  if (value !== undefined) checkText(check, value, path, options);
}

/** An array with `min` to `max` items; returns the items, or none when it is not one. */
export function checkArray(
  check: ShapeCheck,
  value: unknown,
  path: string,
  range: { min: number; max: number },
): unknown[] {
  if (!Array.isArray(value)) {
    problem(check, path, 'must be an array');
    return [];
  }
  if (value.length < range.min) problem(check, path, `no less than ${range.min} items allowed`);
  if (value.length > range.max) problem(check, path, `no more than ${range.max} items allowed`);
  return value;
}

/** Slack counts characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
