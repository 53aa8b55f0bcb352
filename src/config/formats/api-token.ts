import { targetsInWords } from '../checks/check.ts';
import type { Finding, Quote } from '../checks/issue.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { SETTINGS } from '../settings/settings.ts';
import { ofTarget } from '../targets-file/check-entries.ts';
import type { TargetEntry } from '../targets-file/targets-file.ts';

const AT = 'CIRCLECI_TOKEN';
const URL = 'CIRCLECI_URL';
const REMEDY = `Set ${URL}, for example ${URL}=${SETTINGS[URL].example}, or remove the token.`;

/** A token and no address: nobody could be asked with it, and the bot would say that no token is set. */
export function checkApiToken(
  texts: Texts,
  entries: readonly TargetEntry[] | undefined,
  quote: Quote,
): Finding[] {
  if (texts[URL] !== undefined) return [];
  if (entries === undefined)
    return texts[AT] === undefined ? [] : [{ at: AT, text: `set, and ${URL} is not. ${REMEDY}` }];
  const lacking = entries.filter((entry) => entry.texts[URL] === undefined && !entry.unread.includes(URL));
  const own = lacking.filter((entry) => entry.texts[AT] !== undefined);
  const others = texts[AT] === undefined ? [] : lacking.filter((entry) => !own.includes(entry));
  return [
    ...(others.length === 0
      ? []
      : [
          {
            at: AT,
            text: `set for all, and ${URL} is not set for ${targetsInWords(others, quote)}. ${REMEDY}`,
          },
        ]),
    ...own.map((entry) => ({
      at: AT,
      where: `${ofTarget(entry, quote)} (${entry.place(AT)})`,
      text: `set, and ${URL} is not. ${REMEDY}`,
    })),
  ];
}
