import fc from 'fast-check';
import type { Reply } from '../../../src/commands/base/reply.ts';
import { type Build, MOST_BUILDS } from '../../../src/core/cleanup/builds.ts';
import { PAGE, type StuckList } from '../../../src/core/cleanup/stuck-list.ts';
import { approvalReply } from './approval.ts';
import { name, nasty, time } from './extremes.ts';

const AT = 'https://ci.example.com';

const build: fc.Arbitrary<Build> = fc
  .record({
    org: fc.stringMatching(/^[A-Za-z0-9_-]{1,100}$/),
    project: fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/),
    number: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  })
  .map(({ org, project, number }) => ({
    vcs: 'gh',
    org,
    project,
    number,
    url: `${AT}/gh/${org}/${project}/${number}`,
  }));

const builds = fc.array(build, { maxLength: 60 });
const REASONS = ['too-long', 'characters', 'host', 'too-many', 'number'] as const;

/** What becomes of builds that somebody has named, as far out as it can come. */
export const cleanupReply: fc.Arbitrary<Extract<Reply, { view: 'cleanup' }>> = fc.record(
  {
    view: fc.constant('cleanup' as const),
    target: name,
    circleciUrl: fc.constant(AT),
    asked: approvalReply.filter((reply) => reply.view === 'asked'),
    refused: fc.array(fc.record({ text: nasty, reason: fc.constantFrom(...REASONS) }), { maxLength: 600 }),
    duplicates: builds,
    notRunning: builds,
    notLookedUp: nasty.map((text) => `Not looked up: ${text}`),
  },
  { requiredKeys: ['view', 'target', 'circleciUrl', 'refused', 'duplicates', 'notRunning'] },
);

const others = fc.record({ count: fc.nat(9_999), some: fc.array(nasty, { maxLength: 5 }) });

/** A list of stuck builds at any of its pages. */
export const stuckList: fc.Arbitrary<StuckList> = fc
  .record({
    target: name,
    before: time,
    beforeIs: nasty,
    builds: fc.array(fc.record({ build, branch: nasty, author: nasty, startedAt: time }), {
      maxLength: 3 * PAGE,
    }),
    waiting: others,
    later: others,
    unreadable: fc.nat(99),
    looked: fc.nat(10_000),
    isAll: fc.boolean(),
    page: fc.nat(2),
    revision: fc.nat(MOST_BUILDS),
    madeAt: time,
    ticked: fc.array(fc.nat(3 * PAGE)),
  })
  .map(({ ticked, page, ...list }) => ({
    ...list,
    page: Math.min(page, Math.max(0, Math.ceil(list.builds.length / PAGE) - 1)),
    chosen: [...new Set(ticked)].filter((place) => place < list.builds.length).sort((a, b) => a - b),
  }));
