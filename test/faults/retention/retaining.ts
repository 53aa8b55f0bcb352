import { TAG } from '../../../src/core/catalogue/tags.ts';
import { observeImages } from '../backup/truth.ts';
import { type Account, type AccountWorld, accountWorld, drawAccount } from '../schedules/account.ts';
import { buttonsOf } from '../schedules/messages.ts';
import type { People } from '../schedules/people.ts';
import { meanwhile } from '../schedules/strangers.ts';
import { ec2Troubles, slackTroubles } from '../schedules/troubles.ts';
import { ASKED, type Draw, type Workflow } from '../schedules/workflow.ts';
import { brokenByRetention } from './truth.ts';

interface RetentionSetting extends Account {
  /** Backup, retention by hand with and without its graces, and holds. */
  way: 'prune' | 'prune --now' | 'release' | 'hold' | 'now';
}

const PRUNE = 'circleci-backup:prune';
const STEPS = {
  prune: [ASKED, 'vote', 'handover', 'approval', 'prune', 'finish'],
  'prune --now': [ASKED, 'vote', 'handover', 'approval', 'prune', 'finish'],
  release: [ASKED, 'vote', 'handover', 'approval', 'release', 'check', 'finish'],
  hold: [ASKED, 'request', 'snapshots', 'size', 'retention', 'followed'],
  now: ['request', 'snapshots', 'record', 'finish', 'size', 'retention', 'followed'],
};

const CALLS = ec2Troubles<AccountWorld>(
  [
    'DeregisterImage',
    'DeleteSnapshot',
    'DisableImage',
    'EnableImage',
    'CreateTags',
    'DeleteTags',
    'EnableImageDeregistrationProtection',
    'DisableImageDeregistrationProtection',
  ],
  ['DescribeInstances', 'DescribeImages', 'DescribeSnapshots'],
);

const SNAPSHOTS: readonly Draw<AccountWorld>[] = [
  (draws, steps) => {
    const result = draws.one(['internal-error', 'client-error'] as const);
    return {
      name: `snapshots stay with ${result} when their image goes`,
      step: draws.one(steps),
      begin({ ec2, guard }) {
        for (const [id, snapshot] of ec2.snapshots) if (guard.isOwn(id)) snapshot.deleteResult = result;
      },
    };
  },
];

export const retaining: Workflow<AccountWorld, RetentionSetting> = {
  name: 'retention/schedules',
  draw(draws) {
    const account = drawAccount(draws, 7);
    const way = draws.one(['prune', 'prune', 'prune --now', 'release', 'hold', 'now'] as const);
    const held = draws.one(['held', 'held', 'protected'] as const);
    return {
      ...account,
      older: [...account.older, [20, 'complete'], [30, 'partial'], [40, held]],
      env: { KEEP_LAST: '1', ...account.env },
      way,
    };
  },
  kind: ({ way }) => way,
  steps: ({ way }) => STEPS[way],
  troubles: () => [
    [6, CALLS],
    [2, SNAPSHOTS],
    [3, slackTroubles],
    [6, meanwhile],
  ],
  world: accountWorld,
  async ask(world, people, { way }) {
    const { ana, guard } = world;
    const id = (days: number) => idOf(guard, days);
    if (way === 'release') return people.say(ana, `release ${id(0)} the upgrade went well`);
    if (way === 'hold') {
      const answer = await people.say(ana, `hold ${id(2)} before the upgrade`);
      await people.say(ana, 'now');
      return answer;
    }
    return way === 'prune' ? askToPrune(world, people) : people.say(ana, way);
  },
  observe: observeImages,
  broken: brokenByRetention,
};

/** The nth oldest backup's. */
function idOf({ images }: AccountWorld['guard'], nth: number): string {
  const sorted = [...images.values()].sort((a, b) => a.createdAt - b.createdAt);
  return sorted[nth]?.tags[TAG.run] ?? '';
}

/** The plan is shown to Ana alone, and its button asks for it; no button where there is nothing to do. */
async function askToPrune({ slack, ana }: AccountWorld, people: People): Promise<string> {
  const shown = await people.say(ana, 'prune');
  const plan = slack.ephemerals(ana.id).findLast((one) => buttonsOf(one).some(({ id }) => id === PRUNE));
  return plan === undefined
    ? shown
    : people.answered(ana, () => slack.act(ana.id, { ephemeral: plan }, PRUNE));
}
