import { createRedact } from '../../core/text/redact.ts';
import { cut } from '../../core/text/text.ts';
import type { Fault } from '../formats/format.ts';
import type { Setting } from '../settings/setting.ts';
import { SETTING_NAMES } from '../settings/settings.ts';

/** One thing that is wrong with the configuration. */
export interface Finding {
  /** A variable, or a file. */
  at: string;
  /** Where else to look: ` of target 'prod' (targets.yml, line 7)`. */
  where?: string;
  /** Sentences: what is wrong, and what to set. */
  text: string;
  /** The bot starts all the same, and says it. */
  isWarning?: true;
}

/** Shows a value in a message: in quotes, on one line, without what is or looks like a secret. */
export type Quote = (text: string) => string;

const LONGEST = 80;
const LOOKED_AT = 2_000;
/** Forms that Slack and AWS give to tokens and keys, wherever a person pasted one by mistake. */
const TOKEN = /\b(xox[a-z]|xapp)-[\w-]*|\b(AKIA|ASIA)[A-Z0-9]{8,}/g;

export function createQuote(secrets: readonly string[]): Quote {
  const redact = createRedact(secrets);
  return (text) => {
    const whole = redact(text);
    // Credentials that do not end in what is looked at count as if they did.
    const looked = whole.length > LOOKED_AT ? `${whole.slice(0, LOOKED_AT)}@` : whole;
    const safe = looked.replace(TOKEN, '[redacted]').replace(/\S+/g, withoutCredentials);
    return JSON.stringify(cut(safe, LONGEST)).replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
  };
}

/** Of `https://user:password@host` all up to the last `@`, for a password may hold one. */
function withoutCredentials(word: string): string {
  const from = word.indexOf('//');
  const to = word.lastIndexOf('@');
  return from < 0 || to < from ? word : `${word.slice(0, from)}//[redacted]${word.slice(to)}`;
}

/** `"6 hors" is not a duration. Use a number and a unit, for example 6h.` */
export function faultInWords(
  text: string,
  fault: Fault,
  setting: Pick<Setting<unknown>, 'secret' | 'example'>,
  quote: Quote,
): string {
  const subject = fault.part !== undefined ? quote(fault.part) : setting.secret ? 'the value' : quote(text);
  return `${subject} ${fault.what}. ${fault.use}, for example ${setting.example}.`;
}

/** In the order of `.env.example`; what is no setting comes first. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const order: readonly string[] = SETTING_NAMES;
  return [...findings].sort((a, b) => order.indexOf(a.at) - order.indexOf(b.at));
}

export function findingInWords({ at, where, text }: Finding): string {
  return `At '${at}'${where ?? ''}: ${text}`;
}

/** Every finding in one message, one a line. */
export function findingsInWords(findings: readonly Finding[]): string {
  const count = findings.length === 1 ? 'one setting needs' : `${findings.length} settings need`;
  return [
    `The bot cannot start: ${count} your attention.`,
    '',
    ...findings.map(findingInWords),
    '',
    'Settings come from the environment and from the file .env; .env.example lists them all.',
  ].join('\n');
}
