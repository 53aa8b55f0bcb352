import type { Person } from '../../../src/core/model/person.ts';
import type { Checklist } from '../../../src/core/restore/checklist.ts';

export const NOW = Date.UTC(2026, 10, 23, 3, 14);
export const ANA: Person = { userId: 'UANA', teamId: 'T1' };

/** A list of which nothing is ticked yet. */
export const list: Checklist = {
  runId: 'rs-20261123-0314-x4qz',
  target: 'prod',
  channel: 'C1',
  requester: ANA,
  title: 'prod runs on i-1: this is left for people',
  items: [
    { key: 'dns', title: 'Point DNS at it', lines: [] },
    { key: 'build', title: 'Run a build', lines: [] },
  ],
  actions: [],
  madeAt: NOW,
  reminders: 0,
};
