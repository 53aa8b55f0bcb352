import { answers, approve, has, indented, type Print, show, until } from './demo-restore.ts';
import { renderView } from './slack/render/render-view.ts';
import type { World } from './world.ts';

/** What a restore left: builds that show as running for ever. Ana picks them from its list, Ben approves, and they go. */
export async function playCleanup(world: World, print: Print): Promise<void> {
  await pick(world, print);
  await approve(world, print);
  const { slack, channel } = world;
  const cleanup = () => slack.messages(channel.id).find((m) => has(m, 'Open the dev-console'));
  let shown = '';
  const look = () => {
    const line = (cleanup()?.text.split('\n')[0] ?? '').replace(/ \(cl-[^)]*\)$/, '');
    if (line === shown || line === '') return;
    shown = line;
    print(`    #${channel.name} │ ${line}`);
  };
  const isTold = () => slack.messages(channel.id).some((m) => m.threadTs === cleanup()?.ts);
  await until(world, 'the clean-up ends', () => has(cleanup(), '*Took*') && isTold(), look);
  const message = cleanup();
  if (message !== undefined) show(world, print, message);
}

/** The button of the restore's list opens the form; all of the builds are chosen. */
async function pick(world: World, print: Print): Promise<void> {
  const { slack, ana, channel } = world;
  const list = slack.messages(channel.id).find((m) => has(m, 'circleci-backup:cleanup-after'));
  if (list === undefined) throw new Error('The restore offers no clean-up.');
  print('  Ana Marić presses  Find builds to clean up');
  await slack.act(ana.id, { message: list }, 'circleci-backup:cleanup-after');
  const form = () => slack.views(ana.id).find(({ view }) => view.submit !== undefined);
  await until(world, 'the form is filled', () => form() !== undefined);
  const before = form();
  if (before === undefined) return;
  await slack.act(ana.id, { view: before }, 'circleci-backup:stuck:all');
  await until(world, 'all are chosen', () => form()?.hash !== before.hash);
  const chosen = form();
  if (chosen === undefined) return;
  print(indented(renderView(chosen, slack.workspace, { width: 92 }), '    '));
  const from = slack.ephemerals(ana.id).length;
  const reason = { reason: { type: 'plain_text_input', value: 'half done when the backup was made' } };
  await slack.submit(ana.id, chosen, { reason });
  await until(world, 'Ana is answered', () => slack.ephemerals(ana.id).length > from);
  answers(world, print, ana, from);
}
