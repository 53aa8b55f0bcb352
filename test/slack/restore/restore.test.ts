import fc from 'fast-check';
import { checkMessage, checkView } from '../../../sandbox/slack/limits/limits.ts';
import { SlackError } from '../../../sandbox/slack/slack-error.ts';
import type { Checklist } from '../../../src/core/restore/checklist.ts';
import { messageOf } from '../../../src/slack/outbox/message.ts';
import { restoreLoading, restoreView } from '../../../src/slack/restore/restore.ts';
import { entry, name, nasty, runId, target, time } from '../extremes/extremes.ts';

const OPTIONS = { newestBlocks: true, maxText: 40_000 };
const MODAL = { ...OPTIONS, type: 'modal' } as const;
const person = fc.constant({ userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' });

const item = fc.record(
  {
    key: name,
    title: nasty,
    lines: fc.array(nasty, { maxLength: 5 }),
    link: fc.oneof(fc.constant('https://ci.example.com:8800/settings'), nasty),
    done: fc.record({ by: person, at: time }),
  },
  { requiredKeys: ['key', 'title', 'lines'] },
);

const checklist: fc.Arbitrary<Checklist> = fc.record(
  {
    runId,
    target: name,
    channel: fc.constant('C0CIBACKUPS'),
    requester: person,
    title: nasty,
    items: fc.array(item, { maxLength: 12 }),
    actions: fc
      .subarray(['way-back', 'remove-test', 'cleanup', 'remove-originals'] as const)
      .map((all) => [...all]),
    builds: fc.record({ count: fc.option(fc.nat(), { nil: undefined }) }),
    originals: fc.array(nasty, { maxLength: 3 }),
    madeAt: time,
    reminders: fc.nat(9),
  },
  {
    requiredKeys: [
      'runId',
      'target',
      'channel',
      'requester',
      'title',
      'items',
      'actions',
      'madeAt',
      'reminders',
    ],
  },
);

/** Live markup in what a list shows; only mentions, times and addresses of a plain host are the bot's own. */
function foreignMarkup(value: unknown): string[] {
  return (JSON.stringify(value).match(/<[^<>]*>/g) ?? []).filter(
    (token) =>
      !/^<(?:@U0ANAMARIC|!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*|https:\/\/[a-z0-9.-]+(?::\d+)?\/[\w/-]*)>$/i.test(
        token,
      ),
  );
}

test('a list of whatever texts is within Slack’s limits, and nothing in it is live', () => {
  fc.assert(
    fc.property(checklist, (list) => {
      const shown = messageOf({ kind: 'checklist', checklist: list }, 'full', 'https://acme.slack.example/');
      expect(shown.text.trim()).not.toBe('');
      checkMessage(shown, OPTIONS);
      const mrkdwn = shown.blocks.filter((block) => block.type !== 'header');
      expect(foreignMarkup([shown.text, mrkdwn])).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('the form is one that Slack takes, for each way and whatever the backups say of themselves', () => {
  const way = fc.constantFrom('replace' as const, 'in-place' as const, 'test' as const);
  const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 120, selector: ({ name }) => name });
  const [isChosen, hasBackups] = [fc.boolean(), fc.boolean()];
  fc.assert(
    fc.property(
      targets,
      isChosen,
      hasBackups,
      way,
      fc.option(entry),
      nasty,
      time,
      (all, is, has, chosen, backup, text, now) => {
        const view = restoreView(
          {
            targets: all,
            ...(is ? { target: all[0] } : {}),
            way: chosen,
            hasBackups: has,
            now,
            trouble: text,
            ...(backup === null ? {} : { backup }),
            type: text.slice(0, 30),
            subnetId: 'subnet-1',
            privateIp: '10.20.1.12',
            host: text.slice(0, 200),
          } as Parameters<typeof restoreView>[0],
          'C0CIBACKUPS',
        );
        try {
          checkView(view, MODAL);
        } catch (error) {
          throw new Error(JSON.stringify(error instanceof SlackError ? error.details : String(error)));
        }
      },
    ),
    { numRuns: 100 },
  );
  checkView(restoreLoading('C0CIBACKUPS'), MODAL);
});
