import type { RestoreOrder } from './order.ts';

/** What an abort does at this point, for its confirmation; at most 300 characters. */
export function abortMeans(order: Pick<RestoreOrder, 'way'>, done: ReadonlySet<string>): string {
  if (order.way === 'in-place') {
    return done.has('replace-root')
      ? 'The bot stops here and changes nothing more. The root volume may be replaced already; the old one is kept, and the way back to it is shown.'
      : 'The bot stops here. Nothing was changed.';
  }
  const old =
    done.has('fence') || done.has('address')
      ? 'The Elastic IP goes back and the old machine is started again.'
      : 'The old machine was not touched.';
  return done.has('launch')
    ? `The machine that this restore launched is terminated, and its volumes are deleted. ${old}`
    : `What this restore may have launched is removed. ${old}`;
}
