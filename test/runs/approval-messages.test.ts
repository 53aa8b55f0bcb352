import fc from 'fast-check';
import {
  approvalMessage,
  isTooLong,
  PARTS_MAX,
  planNotes,
  reminderMessage,
} from '../../src/runs/approval-messages.ts';
import { approval, BEN, plan, RUN } from '../core/approval/plans.ts';

const withLines = (...lines: string[]) =>
  approval({ plan: plan({ sections: [{ title: 'Builds', lines }] }) });

test('a short plan stands in the message alone', () => {
  expect(planNotes(approval())).toEqual([]);
  expect(approvalMessage(approval())).toMatchObject({
    id: `approval/${RUN}`,
    final: false,
    view: { kind: 'approval', cut: false },
  });
});

test('no message carries what would be started', () => {
  expect(JSON.stringify(approvalMessage(approval()))).not.toContain('workflow');
});

test('of a long plan every character is in the thread, in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 3_000 }), { minLength: 1, maxLength: 40 }),
      (lines) => {
        const notes = planNotes(withLines(...lines, 'x'.repeat(500)));
        const text = notes
          .map(({ view }) => (view.kind === 'note' ? view.text.slice(view.text.indexOf('\n') + 1) : ''))
          .join('')
          .replaceAll('\n', '');
        expect(text).toBe(`Builds:${lines.join('')}${'x'.repeat(500)}`.replaceAll('\n', ''));
        for (const { view } of notes)
          if (view.kind === 'note') expect(Array.from(view.text).length).toBeLessThan(2_100);
      },
    ),
    { numRuns: 50 },
  );
});

test('a plan nobody would read to its end is too long', () => {
  const line = 'x'.repeat(1_900);
  expect(isTooLong([{ title: 'Builds', lines: Array.from({ length: PARTS_MAX - 1 }, () => line) }])).toBe(
    false,
  );
  expect(isTooLong([{ title: 'Builds', lines: Array.from({ length: PARTS_MAX + 1 }, () => line) }])).toBe(
    true,
  );
});

test('the reminder calls neither who asked nor who has voted', () => {
  const one = approval({
    approvers: ['SAPPROVE', 'UANA', 'UBEN', 'UCLEO'],
    votes: [{ person: BEN, vote: 'approve', at: 2_000 }],
  });
  expect(reminderMessage(one)).toMatchObject({
    threadOf: `approval/${RUN}`,
    view: { mentions: ['SAPPROVE', 'UCLEO'], until: 5_000 },
  });
});
