import type { View } from '@slack/types';
import { checkView } from '../../../sandbox/slack/limits/limits.ts';
import { askApproval } from '../../../src/commands/approval/ask-approval.ts';
import { planDigest } from '../../../src/core/approval/approval.ts';
import { approveAction, denyAction, withdrawAction } from '../../../src/slack/approval/vote-action.ts';
import { approveFormHandler, denyFormHandler } from '../../../src/slack/approval/vote-form.ts';
import { ANA, BEN, scene } from '../../commands/fakes.ts';
import { plan, RUN } from '../../core/approval/plans.ts';
import { target } from '../../target.ts';

const PROD = target('prod', { approvers: [BEN.userId] });
const VALUE = `${RUN} digest of ${planDigest(plan(), (text) => text)}`;

/** A request for which the name has to be typed; `opens` is whether Slack opens forms. */
async function typed(opens = true) {
  const here = scene([PROD]);
  here.deps.digest = (text) => `digest-of-${text.length}`;
  const planned = plan({ mustType: 'prod' });
  const digest = planDigest(planned, here.deps.digest);
  await askApproval({ target: PROD, person: ANA, plan: planned }, here.deps);
  const views: View[] = [];
  const modals = {
    async open(_trigger: string, view: View) {
      if (!opens) return undefined;
      views.push(view);
      return 'V1';
    },
    update: async () => true,
  };
  const click = (person = BEN) => ({
    person,
    actionId: '',
    value: `${RUN} ${digest}`,
    trigger: 't',
    channel: 'C1',
  });
  const shownAt = async () => undefined;
  return { here, handling: { commands: here.deps, modals, shownAt }, views, click };
}

const state = async ({ here }: Awaited<ReturnType<typeof typed>>) =>
  (await here.store.approvals.get(RUN))?.value.state;

test('where the name has to be typed, the button opens a form, and what is typed there counts', async () => {
  const world = await typed();
  expect(await approveAction.handle(world.click(), world.handling)).toBe('quiet');
  const [view] = world.views;
  if (view === undefined) throw new Error('there is no form');
  expect(() => checkView(view, { newestBlocks: false, type: 'modal' })).not.toThrow();
  expect(await state(world)).toBe('open');
  const submit = (text: string) =>
    approveFormHandler.handle(
      { person: BEN, values: { typed: { text } }, metadata: view.private_metadata ?? '' },
      world.handling,
    );
  expect(await submit('lab')).toMatchObject({ result: 'refused' });
  expect(await state(world)).toBe('open');
  expect(await submit(' prod ')).toMatchObject({ reply: { view: 'voted', state: 'approved' } });
  expect(world.here.engine.started).toEqual([RUN]);
});

test('a denial opens a form for its reason; without one it counts as well', async () => {
  const world = await typed();
  expect(await denyAction.handle(world.click(), world.handling)).toBe('quiet');
  const [view] = world.views;
  if (view === undefined) throw new Error('there is no form');
  expect(() => checkView(view, { newestBlocks: false, type: 'modal' })).not.toThrow();
  const metadata = view.private_metadata ?? '';
  expect(await denyFormHandler.handle({ person: BEN, values: {}, metadata }, world.handling)).toMatchObject({
    reply: { view: 'voted', state: 'denied' },
  });
});

test('whoever cannot vote gets no form but the reason', async () => {
  const world = await typed();
  for (const action of [approveAction, denyAction]) {
    expect(await action.handle(world.click(ANA), world.handling)).toMatchObject({ result: 'refused' });
  }
  expect(world.views).toEqual([]);
});

test('a form that Slack does not open is said, and nothing is recorded', async () => {
  const world = await typed(false);
  for (const action of [approveAction, denyAction]) {
    expect(await action.handle(world.click(), world.handling)).toMatchObject({
      reply: { reason: 'Slack did not open the form, so nothing was recorded.' },
    });
  }
  expect(await state(world)).toBe('open');
});

test('buttons and forms of another version are out of date', async () => {
  const world = await typed();
  for (const action of [approveAction, denyAction, withdrawAction]) {
    for (const value of ['', RUN, `${VALUE} more`]) {
      expect(await action.handle({ ...world.click(), value }, world.handling)).toMatchObject({
        verb: 'unknown',
      });
    }
  }
  for (const metadata of ['', '{}', 'null', '{"runId":1}']) {
    expect(await denyFormHandler.handle({ person: BEN, values: {}, metadata }, world.handling)).toMatchObject(
      {
        verb: 'unknown',
      },
    );
  }
});
