import { cleaning } from '../../commands/cleanup/cleanup.ts';
import { requestCleanup } from '../../commands/cleanup/request-cleanup.ts';
import { type Ticked, takeStuck } from '../../commands/cleanup/stuck-list.ts';
import { guarded } from '../../commands/dispatch.ts';
import { MOST_BUILDS } from '../../core/cleanup/builds.ts';
import { targetNamed } from '../../core/model/target.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { type FormHandler, type FormValues, outOfDate } from '../kit/handler.ts';
import { readMetadata } from '../kit/metadata.ts';
import { CLEANUP_FORM, groupIn, STUCK_REASON, stuckMetadata } from './stuck-list.ts';

/** The picked builds become a plan, which somebody else approves. */
export const cleanupFormHandler: FormHandler = {
  callbackId: CLEANUP_FORM,
  check({ values, metadata }) {
    const ticked = tickedIn(values);
    const here = [...ticked.values()].reduce((sum, places) => sum + places.length, 0);
    const all = here + (readMetadata(stuckMetadata, metadata)?.elsewhere ?? 0);
    const block = Object.keys(values).find((id) => groupIn(id) !== undefined);
    if (block === undefined || (all > 0 && all <= MOST_BUILDS)) return undefined;
    return {
      [block]:
        all === 0
          ? 'Choose at least one build.'
          : `${all} builds are chosen, and ${MOST_BUILDS} can be cleaned up at once.`,
    };
  },
  async handle({ person, values, metadata }, { commands }) {
    const said = readMetadata(stuckMetadata, metadata);
    const target = targetNamed(commands.targets, said?.target);
    if (said?.madeAt === undefined || target === undefined) return outOfDate();
    const open = { person, target: said.target, madeAt: said.madeAt };
    return guarded(
      cleaning,
      async () => target,
      person,
      commands,
      async () => {
        const builds = await takeStuck(open, tickedIn(values), commands);
        if (builds === undefined) return outOfDate().reply;
        const reason = cut(oneLine(values[STUCK_REASON]?.text ?? ''), 250);
        return requestCleanup({ target, person, builds, reason }, commands);
      },
    );
  },
};

/** What the page that is shown has ticked. */
export function tickedIn(values: FormValues): Ticked {
  return new Map(
    Object.entries(values).flatMap(([blockId, { several = [] }]): [number, number[]][] => {
      const first = groupIn(blockId);
      return first === undefined ? [] : [[first, several.map(Number).filter(Number.isInteger)]];
    }),
  );
}
