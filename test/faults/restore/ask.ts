import { type Filled, valuesOf } from '../../journeys/restore/restore.ts';
import { eventually } from '../eventually.ts';
import type { People } from '../schedules/people.ts';
import type { RestoreWorld } from './world.ts';

const FORM = 'circleci-backup:restore';
const WAY = 'circleci-backup:restore-way';

/** Ana fills the form and sends it. Gives what she is answered. */
export async function askForRestore(
  { slack, channel, ana }: RestoreWorld,
  people: People,
  filled: Filled,
): Promise<string> {
  const form = () => slack.views(ana.id).find((view) => view.view.callback_id === FORM);
  await slack.command(ana.id, channel.id, 'restore');
  await eventually('the form is filled', () => form()?.view.submit !== undefined);
  const { way } = filled;
  const first = form();
  if (first !== undefined && way !== undefined && way !== 'replace') {
    await slack.act(ana.id, { view: first }, WAY, { value: way });
    await eventually('the form has changed', () => form()?.hash !== first.hash);
  }
  const view = form();
  if (view === undefined) throw new Error('no form is open');
  return people.answered(ana, () => slack.submit(ana.id, view, valuesOf(filled)));
}
