import type { Build } from '../../core/cleanup/builds.ts';
import type { BuildsApi, RunningBuild, StillRunning, WaitingBuild } from '../../core/cleanup/builds-api.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { createGetJson, type GetJsonDeps } from './get-json.ts';
import { type Listed, readListed } from './listed-build.ts';

const PAGE = 100;
const MOST_PAGES = 100;
/** A server that takes no limit sends more at once; more than these it never has. */
const MOST_ENTRIES = 10 * PAGE;

const LONG_NAME = { gh: 'github', bb: 'bitbucket' } as const;

/** Over API v1.1 of CircleCI 1.x and 2.x; the token goes into a header. */
export function createBuildsApi(deps: GetJsonDeps): BuildsApi {
  const { circleciUrl } = deps;
  const getJson = createGetJson(deps);

  /** Page by page: builds that begin meanwhile move the others on, so one may come twice. */
  async function* pages(path: string, query: string, signal: AbortSignal): AsyncGenerator<Listed[]> {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await getJson(`${path}?limit=${PAGE}&offset=${page * PAGE}&${query}`, signal);
      if (!Array.isArray(answer)) {
        throw new ProblemError({
          code: 'builds-api-unreadable',
          url: `${circleciUrl}${path}`,
          why: 'no-list',
        });
      }
      if (answer.length > MOST_ENTRIES) {
        throw new ProblemError({
          code: 'builds-api-unreadable',
          url: `${circleciUrl}${path}`,
          why: 'too-large',
        });
      }
      yield answer.map((entry) => readListed(entry, circleciUrl));
      if (answer.length < PAGE) return;
    }
  }

  /** URLs; undefined where there is no such project, or none that the token's owner may see. */
  async function runningIn(project: string, signal: AbortSignal): Promise<Set<string> | undefined> {
    const running = new Set<string>();
    try {
      for await (const page of pages(project, 'filter=running', signal)) {
        for (const listed of page) if (listed.kind === 'running') running.add(listed.build.build.url);
      }
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    return running;
  }

  return {
    async unfinished({ before = Number.POSITIVE_INFINITY, signal, onPage }) {
      const running = new Map<string, RunningBuild>();
      const waiting = new Map<string, WaitingBuild>();
      let unreadable = 0;
      let looked = 0;
      let isAll = false;
      for await (const page of pages('/api/v1.1/recent-builds', 'shallow=true', signal)) {
        for (const listed of page) {
          if (listed.kind === 'running') running.set(listed.build.build.url, listed.build);
          if (listed.kind === 'waiting') waiting.set(listed.build.build.url, listed.build);
          if (listed.kind === 'unreadable') unreadable += 1;
        }
        looked += page.length;
        isAll = page.length < PAGE;
        onPage?.(looked);
      }
      const byAge = [...running.values()].sort((a, b) => a.startedAt - b.startedAt);
      return {
        stuck: byAge.filter((build) => build.startedAt <= before),
        later: byAge.filter((build) => build.startedAt > before),
        // What began between two pages is running.
        waiting: [...waiting.values()].filter(({ build }) => !running.has(build.url)),
        unreadable,
        looked,
        isAll,
      };
    },

    async stillRunning(builds, { signal }) {
      const states = new Map<string, StillRunning>();
      for (const [path, ofProject] of Map.groupBy(builds, projectPath)) {
        const running = await runningIn(path, signal);
        const folded = new Set(Array.from(running ?? [], (url) => url.toLowerCase()));
        for (const { url } of ofProject) states.set(url, stateIn(running, folded, url));
      }
      return states;
    },
  };
}

/** A build that runs under another spelling is not called ended. */
function stateIn(
  running: ReadonlySet<string> | undefined,
  folded: ReadonlySet<string>,
  url: string,
): StillRunning {
  if (running === undefined) return 'unknown';
  if (running.has(url)) return 'running';
  return folded.has(url.toLowerCase()) ? 'unknown' : 'not-running';
}

function isNotFound(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  return error.problem.code === 'builds-api-failed' && error.problem.status === 404;
}

function projectPath({ vcs, org, project }: Build): string {
  return `/api/v1.1/project/${LONG_NAME[vcs]}/${org}/${project}`;
}
