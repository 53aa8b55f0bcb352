import fc from 'fast-check';
import { newRunView, type RunEnd, type RunView } from '../../../src/core/run/run-view.ts';
import { name, nasty, time } from './extremes.ts';

/** A run that is no backup, as far out as it can come. */

const end: fc.Arbitrary<RunEnd> = fc.record({
  outcome: fc.constantFrom('done' as const, 'partly' as const, 'failed' as const, 'canceled' as const),
  headline: nasty.map((text) => `prod is restored: ${text}`),
  facts: fc.array(fc.tuple(fc.constantFrom('Machine', 'Address'), nasty), { maxLength: 30 }),
  lines: fc.array(nasty, { maxLength: 500 }),
  warnings: fc.array(nasty, { maxLength: 60 }),
  startedAt: time,
  finishedAt: time,
});

const question: fc.Arbitrary<NonNullable<RunView['question']>> = fc.record({
  key: fc.constant('launch/1'),
  text: nasty,
  options: fc.array(
    fc.record(
      {
        answer: fc.constantFrom('retry', 'skip', 'abort'),
        label: nasty.map((text) => `Retry ${text}`),
        style: fc.constantFrom('primary' as const, 'danger' as const),
        confirm: fc.record({
          title: nasty.map((text) => `Sure? ${text}`),
          text: nasty.map((text) => `It removes ${text}`),
        }),
      },
      { requiredKeys: ['answer', 'label'] },
    ),
    { minLength: 1, maxLength: 12 },
  ),
});

export const taskRun: fc.Arbitrary<RunView> = fc
  .record(
    {
      kind: fc.constantFrom('restore' as const, 'cleanup' as const, 'prune' as const, 'release' as const),
      target: name,
      about: fc.array(nasty, { maxLength: 12 }),
      note: nasty,
      percent: fc.nat(100),
      hint: nasty,
      question,
      end,
      continued: fc.constant(true),
      stages: fc.array(
        fc.record({ title: fc.constantFrom('Launch the machine', 'Check the approval'), detail: nasty }),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
    },
    { requiredKeys: ['kind', 'target', 'stages'] },
  )
  .map(({ stages, ...run }) => {
    const view = newRunView(
      {
        runId: 'rs-20260901-0914-abcd',
        region: 'eu-west-1',
        requester: { userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' },
        requestedAt: 0,
        ...run,
      },
      stages.map(({ title }, i) => ({ key: `stage-${i}`, title })),
    );
    return {
      ...view,
      stages: view.stages.map((each, i) => ({
        ...each,
        detail: stages[i]?.detail ?? '',
        state: 'done' as const,
      })),
    };
  });
