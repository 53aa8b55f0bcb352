import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { isRunId } from '../../core/run/run-id.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { nameWord, strangeCharacter } from '../../core/text/typed-word.ts';
import { judgeBackups } from '../../runs/own-backups.ts';
import { readingOptions } from './call-options.ts';
import type { Reply } from './reply.ts';
import { type CatalogueDeps, COMMAND, type Needs, type Verb } from './verb.ts';

export interface FoundBackup {
  entry: CatalogueEntry;
  region: string;
}

/** The backup's id that begins what was typed, and the rest of it. */
export function typedBackup(rest: string): { id: string; more: string } {
  const [first = '', ...others] = oneLine(rest).split(' ');
  return { id: nameWord(first), more: others.join(' ') };
}

/**
 * In the regions of all targets, `first` before the others. An image may have been copied with its tags, within its region or
 * into another: the one in the region of its target comes first, and of several there the one that is ours beyond doubt.
 * Rejects where it was not found there and a region does not answer.
 */
export async function findBackup(
  id: string,
  deps: CatalogueDeps,
  first?: string,
): Promise<FoundBackup | undefined> {
  if (!isRunId(id)) return undefined;
  const elsewhere: FoundBackup[] = [];
  let trouble: ProblemError | undefined;
  for (const region of new Set([...(first === undefined ? [] : [first]), ...regionsOf(deps)])) {
    try {
      const named = clearFirst(await namedIn(id, region, deps));
      const own = named.find((entry) => isAtHome({ entry, region }, deps));
      if (own !== undefined) return { entry: own, region };
      elsewhere.push(...named.map((entry) => ({ entry, region })));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      trouble ??= error;
    }
  }
  if (trouble !== undefined) throw trouble;
  return elsewhere[0];
}

/** What a region has under this id, judged by the target that is configured there. */
async function namedIn(id: string, region: string, deps: CatalogueDeps): Promise<CatalogueEntry[]> {
  const ec2 = deps.ec2(region);
  const all = await ec2.catalogue(readingOptions());
  const named = all.filter((entry) => entry.backupId === id);
  const judged = [...new Set(named.map((entry) => entry.target))].map(async (name) => {
    const target = deps.targets.find((one) => one.name === name && one.region === region);
    if (target === undefined) return named.filter((entry) => entry.target === name);
    const own = await judgeBackups(target, all, { ec2, store: deps.store }, readingOptions());
    return own.entries.filter((entry) => entry.backupId === id);
  });
  return (await Promise.all(judged)).flat();
}

function clearFirst(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return [...entries].sort((a, b) => a.doubts.length - b.doubts.length);
}

function isAtHome({ entry, region }: FoundBackup, { targets }: Needs<'targets'>): boolean {
  return targets.some((target) => target.name === entry.target && target.region === region);
}

/** The backup that a verb is about, with what was typed behind its id; in place of it, why there is nothing to be done. */
export async function namedBackup(
  rest: string,
  verb: Verb,
  deps: CatalogueDeps,
): Promise<{ found: FoundBackup; more: string } | { refusal: Reply }> {
  const { id, more } = typedBackup(rest);
  const found = await findBackup(id, deps);
  return found === undefined ? { refusal: noSuchBackup(rest, verb, deps) } : { found, more };
}

/** Whose operators may change it; undefined where it is not there, or of no target that is configured here. */
export async function targetOfBackup(rest: string, deps: CatalogueDeps): Promise<Target | undefined> {
  const found = await findBackup(typedBackup(rest).id, deps);
  return targetNamed(deps.targets, found?.entry.target);
}

/** Why nothing is done to a backup that is not proven to be ours. */
export function leftAlone({ imageId, doubts }: CatalogueEntry): string {
  return `I leave ${imageId} alone, retention as well: ${doubts.map(doubtInWords).join('; ')}.`;
}

/** Why there is nothing to be done about what was typed. */
export function noSuchBackup(rest: string, verb: Verb, deps: Needs<'targets'>): Reply {
  const { id } = typedBackup(rest);
  const done = verb.changes ? ' Nothing was done.' : '';
  if (isRunId(id)) {
    return {
      view: 'refusal',
      reason: `There is no backup ${id} in ${regionsOf(deps).join(', ')}.${done}`,
      usage: `${COMMAND} list`,
    };
  }
  const what = id === '' ? 'Which backup?' : `“${cut(oneLine(rest), 60)}” is not a backup’s id.`;
  const odd = strangeCharacter(id);
  return {
    view: 'refusal',
    reason: `${what}${odd === undefined ? '' : ` It holds ${odd}.`} ${COMMAND} list shows them.${done}`,
    usage: `${COMMAND} ${verb.usage}`,
  };
}

export function regionsOf({ targets }: Needs<'targets'>): string[] {
  return [...new Set(targets.map((target) => target.region))];
}
