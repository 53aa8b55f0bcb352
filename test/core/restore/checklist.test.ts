import { isFinished, isReminderDue, reminderAt, tick, untick } from '../../../src/core/restore/checklist.ts';
import { ANA, list, NOW } from './checklists.ts';

const DAY = 86_400_000;

test('an item is ticked with who and when, once, and the list is finished when all are', () => {
  const one = tick(list, 'dns', ANA, NOW);
  expect(one?.items[0]).toEqual({
    key: 'dns',
    title: 'Point DNS at it',
    lines: [],
    done: { by: ANA, at: NOW },
  });
  if (one === undefined) return;
  expect(tick(one, 'dns', ANA, NOW + 1)).toBeUndefined();
  expect(tick(one, 'no such item', ANA, NOW)).toBeUndefined();
  expect(isFinished(one)).toBe(false);
  const both = tick(one, 'build', ANA, NOW);
  expect(both === undefined ? undefined : isFinished(both)).toBe(true);
});

test('what was ticked by mistake is opened again', () => {
  const one = tick(list, 'dns', ANA, NOW);
  expect(one === undefined ? undefined : untick(one, 'dns')).toEqual(list);
  expect(untick(list, 'dns')).toBeUndefined();
});

test('people are reminded after a day, then ever more seldom, and not of what is finished', () => {
  const at = (reminders: number) => (reminderAt({ ...list, reminders, remindedAt: NOW }) - NOW) / DAY;
  expect([0, 1, 2, 3, 4, 9].map(at)).toEqual([1, 2, 4, 7, 7, 7]);
  expect(isReminderDue(list, NOW + DAY - 1)).toBe(false);
  expect(isReminderDue(list, NOW + DAY)).toBe(true);
  const done = { ...list, items: list.items.map((item) => ({ ...item, done: { by: ANA, at: NOW } })) };
  expect(isReminderDue(done, NOW + 30 * DAY)).toBe(false);
});
