import type { CatalogueEntry } from '../core/model.ts';
import { isRunId } from '../core/run-id.ts';
import { cut, oneLine } from '../core/text.ts';
import { readingOptions } from './reading.ts';
import type { Reply } from './reply.ts';
import { COMMAND, type CommandDeps, type Verb } from './verb.ts';

export interface FoundBackup {
  entry: CatalogueEntry;
  region: string;
}

/** The backup's id that begins what was typed, and the rest of it. */
export function typedBackup(rest: string): { id: string; more: string } {
  const [first = '', ...others] = oneLine(rest).split(' ');
  return { id: first.toLowerCase(), more: others.join(' ') };
}

/** In the regions of all targets; where tags were copied, the image that is ours beyond doubt. */
export async function findBackup(id: string, deps: CommandDeps): Promise<FoundBackup | undefined> {
  if (!isRunId(id)) return undefined;
  for (const region of regionsOf(deps)) {
    const all = await deps.ec2(region).catalogue(readingOptions());
    const named = all.filter((entry) => entry.backupId === id);
    const entry = named.find(({ doubts }) => doubts.length === 0) ?? named[0];
    if (entry !== undefined) return { entry, region };
  }
  return undefined;
}

/** Why there is nothing to be done about what was typed. */
export function noSuchBackup(rest: string, verb: Verb, deps: CommandDeps): Reply {
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
  return {
    view: 'refusal',
    reason: `${what} ${COMMAND} list shows them.${done}`,
    usage: `${COMMAND} ${verb.usage}`,
  };
}

export function regionsOf({ targets }: CommandDeps): string[] {
  return [...new Set(targets.map((target) => target.region))];
}
