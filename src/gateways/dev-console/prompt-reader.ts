import { isFarewell } from './farewell.ts';

const PROMPT = /(?:^|[\r\n])[ \t]*user=>/;
/** The prompt, and what may stand around it on its line. */
const KEPT = 2_000;

/** Reads until the console's first prompt, on a line of its own. */
export interface PromptReader {
  /** Takes plain text; true when the prompt is there. */
  take(text: string): boolean;
  /** The newest line that is not empty. */
  last(): string;
}

export function createPromptReader(): PromptReader {
  let text = '';
  return {
    take(piece) {
      text = (text + piece).slice(-KEPT);
      return PROMPT.test(text);
    },
    last: () =>
      text
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .findLast((line) => line !== '' && !isFarewell(line)) ?? '',
  };
}
