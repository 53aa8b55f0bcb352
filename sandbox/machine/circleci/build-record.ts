/** A build as CircleCI's database has it. Times are ms since the epoch. */
export interface BuildRecord {
  vcs: 'gh' | 'bb';
  org: string;
  project: string;
  number: number;
  branch: string;
  author: string;
  subject: string;
  lifecycle: 'queued' | 'scheduled' | 'not_run' | 'not_running' | 'running' | 'finished';
  status: string;
  outcome?: 'success' | 'failed' | 'canceled' | 'timedout' | 'infrastructure_fail' | 'no_tests';
  queuedAt: number;
  startedAt?: number;
  stoppedAt?: number;
  /** When it will end by itself; missing for one that nothing drives any more, which then shows "Running" for ever. */
  endsAt?: number;
}

/** `gh/acme-rail/timetable/1234`, the part of a build's address that tells it from others. */
export function buildPath({ vcs, org, project, number }: BuildRecord): string {
  return `${vcs}/${org}/${project}/${number}`;
}

/** The record of a CircleCI address, whatever its scheme and host. */
export function findBuild(builds: readonly BuildRecord[], url: string): BuildRecord | undefined {
  const path = /^https?:\/\/[^/?#]+\/([^?#]*)$/.exec(url)?.[1];
  return builds.find((build) => buildPath(build) === path);
}

/** Ends the builds that are due. `busy`: as soon as one ends, the next one of its project begins. */
export function settleBuilds(builds: BuildRecord[], now: number, busy = false): void {
  for (;;) {
    const due = builds.find(({ endsAt }) => endsAt !== undefined && endsAt <= now);
    if (due?.endsAt === undefined) return;
    if (busy) builds.push(nextAfter(due, due.endsAt, builds, now));
    due.lifecycle = 'finished';
    due.status = 'success';
    due.outcome = 'success';
    due.stoppedAt = due.endsAt;
    delete due.endsAt;
  }
}

/** Of a long time in which nobody looked, only the last hour is made up. */
function nextAfter(
  ended: BuildRecord,
  endedAt: number,
  builds: readonly BuildRecord[],
  now: number,
): BuildRecord {
  const queuedAt = Math.max(endedAt, now - 60 * MINUTE);
  const number = Math.max(...builds.map((build) => build.number)) + 1;
  const startedAt = queuedAt + MINUTE / 2;
  return {
    ...ended,
    number,
    subject: `Change ${number - 1199}`,
    queuedAt,
    startedAt,
    endsAt: startedAt + 25 * MINUTE,
  };
}

/** What a machine's loss, stop or restore does to the builds under way: nothing drives them any more. */
export function abandonBuilds(builds: BuildRecord[]): void {
  for (const build of builds) delete build.endsAt;
}

const MINUTE = 60_000;

const PROJECTS = [
  { org: 'acme-rail', project: 'timetable', author: 'ana' },
  { org: 'acme-rail', project: 'ticket-office', author: 'ben' },
  { org: 'acme-rail', project: 'signal.box', author: 'cleo' },
];
const BRANCHES = ['master', 'faster-search', 'release-4.2'];

/** Some days of an invented company's builds: finished ones, `running` ones that need a while yet, and one queued. */
export function inventedBuilds(
  now: number,
  { finished = 20, running = 3, runMs = 90 * MINUTE } = {},
): BuildRecord[] {
  return Array.from({ length: finished + running + 1 }, (_, i): BuildRecord => {
    const { org, project, author } = PROJECTS[i % PROJECTS.length] ??
      PROJECTS[0] ?? { org: '', project: '', author: '' };
    const queuedAt = now - (finished + running + 1 - i) * 11 * MINUTE;
    const own = {
      vcs: 'gh',
      org,
      project,
      number: 1200 + i,
      branch: BRANCHES[i % BRANCHES.length] ?? 'master',
      author,
      subject: `Change ${i + 1}`,
      queuedAt,
    } as const;
    if (i === finished + running) return { ...own, lifecycle: 'queued', status: 'queued' };
    const startedAt = queuedAt + MINUTE / 2;
    if (i >= finished) {
      return {
        ...own,
        lifecycle: 'running',
        status: 'running',
        startedAt,
        endsAt: now + runMs + i * MINUTE,
      };
    }
    const failed = i % 5 === 4;
    const outcome = failed ? 'failed' : 'success';
    return {
      ...own,
      lifecycle: 'finished',
      status: outcome,
      outcome,
      startedAt,
      stoppedAt: startedAt + 6 * MINUTE,
    };
  });
}
