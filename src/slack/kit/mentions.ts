import { osUserIn } from '../../core/model/person.ts';
import { code, mention } from './blocks.ts';

/** Enough to be heard; a longer list would hide what it is about. */
export const CALLED_MAX = 5;

/** Mentions that make Slack notify people, each with a blank behind it. */
export function calls(ids: readonly string[]): string {
  return ids
    .slice(0, CALLED_MAX)
    .map((id) => {
      const osUser = osUserIn(id);
      return osUser === undefined ? `${mention(id)} ` : `${code(osUser)} on the command line: `;
    })
    .join('');
}
