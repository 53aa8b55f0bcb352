import { REPLICATED_PATHS } from '../../core/model/machine-paths.ts';
import type { MentionedAt } from '../../core/ports/services-machine.ts';
import { findMentions, findSpellings } from '../../core/restore/rewrite-addresses.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';
import { inUse, lookForFiles } from './replicated-files.ts';
import { printedBy, type RunAsRoot } from './run-as-root.ts';

/** Where the runbooks say that an address or a host may stand (facts: circleci-services-machine.md). */
const OTHERS = [
  '/etc/circle-installation-customizations',
  '/etc/hosts',
  '/etc/environment',
  '/etc/replicated.conf',
];

/** A configuration file is far smaller; the rest of a larger one is not looked at. */
const HEAD_BYTES = 1024 * 1024;

const WHICH = `
for path in "$@" /etc/circleconfig/*/customizations; do
  if [ -f "$path" ]; then echo "$path"; fi
done`;

export async function mentions(
  run: RunAsRoot,
  needles: readonly string[],
): Promise<{ found: MentionedAt[]; unread: string[] }> {
  const used = inUse(await lookForFiles(run, '')).map(({ path }) => path);
  const others = [...OTHERS, ...REPLICATED_PATHS];
  const listed = await printedBy(run, { during: 'looking for other files', script: WHICH, args: others });
  const found: MentionedAt[] = [];
  const unread: string[] = [];
  for (const path of listed.split('\n').filter((line) => line !== '')) {
    const shown = oneLine(path, LINE_MAX);
    const { code, stdout } = await run({
      during: `reading ${shown}`,
      script: 'head -c "$2" "$1"',
      args: [path, String(HEAD_BYTES)],
    });
    if (code !== 0) {
      unread.push(shown);
      continue;
    }
    // In the files that Replicated reads the addresses themselves are changed, their other spellings are not.
    const whole = used.includes(path) ? [] : findMentions(stdout, needles);
    const spellings = findSpellings(stdout, needles).filter(
      ({ line }) => !whole.some((mention) => mention.line === line),
    );
    found.push(...[...whole, ...spellings].map((mention) => ({ path: shown, ...mention })));
  }
  return { found, unread };
}
