import { type Finding, faultInWords, type Quote } from '../checks/issue.ts';
import { type Format, readAs } from '../formats/format.ts';
import { scheduleName, targetName } from '../formats/target-name.ts';
import type { Entry } from './entry.ts';

interface NameKind {
  what: string;
  format: Format<string>;
  example: string;
}

export const TARGET_NAME: NameKind = { what: 'target', format: targetName, example: 'prod' };
export const SCHEDULE_NAME: NameKind = { what: 'schedule', format: scheduleName, example: 'nightly' };

/** Looks at the names of one list, entry by entry: each is there, is a name, and is no other's. */
export function checkName(kind: NameKind, quote: Quote): (entry: Entry) => Finding[] {
  const seen = new Map<string, string>();
  return ({ name, place }) => {
    const found = (text: string) => [{ at: 'name', where: ` (${place('name')})`, text }];
    if (name === undefined || name === '') {
      return found(`not set. Give the ${kind.what} a name, for example ${kind.example}.`);
    }
    const reading = readAs(kind.format, name);
    if (!reading.ok) return found(faultInWords(name, reading.fault, kind, quote));
    const first = seen.get(name);
    seen.set(name, first ?? place('name'));
    return first === undefined
      ? []
      : found(`${quote(name)} is the name of another ${kind.what} (${first}). Choose another one.`);
  };
}
