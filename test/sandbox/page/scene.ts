import { ANA, BEN, BOT, createFakeSlack, type FakeSlack, OPS } from './fake-slack.ts';
import { approval, everyMark, INJECTION, restoreForm, richBlocks, section, stages } from './scene-blocks.ts';

/** A channel with one of everything, and Ana's and Ben's own answers and Home. */
export function createScene(): FakeSlack {
  const slack = createFakeSlack();
  slack.post(OPS, { text: everyMark });
  slack.post(OPS, { text: 'rich', blocks: richBlocks });
  slack.post(OPS, { user: BEN, text: `A person wrote ${INJECTION} &lt;b&gt;here&lt;/b&gt;` });
  const backup = slack.post(OPS, {
    text: 'Backup of prod is running',
    blocks: [stages('in_progress', 'pending')],
    edited: true,
  });
  slack.post(OPS, { text: 'Image ami-0a1b2c3d4e5f requested', threadTs: backup.ts });
  slack.post(OPS, { text: 'Snapshots at 61 %', threadTs: backup.ts });
  slack.post(OPS, { text: 'A volume was attached meanwhile', threadTs: backup.ts, broadcast: true });
  slack.post(OPS, { text: 'Restore of prod waits for approval', blocks: approval });
  slack.whisper(ANA, OPS, 'You asked for this restore, so someone else must approve it.');
  slack.whisper(BEN, OPS, 'Only Ben reads this.');
  slack.post(`D${ANA.slice(1)}`, { text: 'Hello Ana', user: BOT });
  slack.setHome(ANA, [
    section('*prod* :white_check_mark: last good backup 2 hours ago'),
    ...approval.slice(4, 5),
  ]);
  return slack;
}

export const openRestoreForm = (slack: FakeSlack, user: string) =>
  slack.openView(user, {
    type: 'modal',
    callback_id: 'restore',
    title: { text: 'Restore' },
    submit: { text: 'Show the plan' },
    close: { text: 'Cancel' },
    private_metadata: 'the-bots-own-secret',
    blocks: restoreForm,
  });

export const SUGGESTIONS = [
  { text: '/circleci-backup now [target]', help: 'makes a backup' },
  { text: '/circleci-backup list [target]', help: 'shows the backups' },
  { text: '/circleci-backup status', help: 'last good backup against the promise' },
  { text: '/circleci-backup restore [backup]', help: 'opens the form of a restore' },
];
