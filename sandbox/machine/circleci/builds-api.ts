import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MachineInside } from '../inside.ts';
import { type BuildRecord, buildPath, settleBuilds } from './build-record.ts';

const MOST = 100;
const DEFAULT_LIMIT = 30;
const TYPE = { gh: 'github', bb: 'bitbucket' } as const;
const VCS: Record<string, BuildRecord['vcs']> = { gh: 'gh', github: 'gh', bb: 'bb', bitbucket: 'bb' };
const PROJECT = /^\/api\/v1\.1\/project\/([^/]+)\/([^/]+)\/([^/]+)\/?$/;

interface Answer {
  status: number;
  body: unknown;
}

/** CircleCI's API v1.1: who asks without a token is refused, who asks not for JSON gets EDN. */
export function answerApi(machine: MachineInside, request: IncomingMessage, response: ServerResponse): void {
  const { status, body } = answerTo(machine, request);
  const isJson = (request.headers.accept ?? '').includes('application/json');
  response.writeHead(status, {
    'content-type': isJson ? 'application/json; charset=utf-8' : 'application/edn',
  });
  response.end(isJson ? JSON.stringify(body) : edn(body));
}

function answerTo({ disk, clock }: MachineInside, request: IncomingMessage): Answer {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const token = request.headers['circle-token'] ?? searchParams.get('circle-token');
  if (token !== disk.apiToken) return says(401, 'You must log in first.');
  if (request.method !== 'GET') return says(405, 'Method not allowed');

  settleBuilds(disk.builds, clock.now(), disk.busy);
  const project = PROJECT.exec(pathname);
  if (pathname !== '/api/v1.1/recent-builds' && project === null) return says(404, 'Not found');
  const [, vcs = '', org = '', name = ''] = project ?? [];
  const ofProject =
    project === null
      ? disk.builds
      : disk.builds.filter((build) => build.vcs === VCS[vcs] && build.org === org && build.project === name);
  if (project !== null && ofProject.length === 0) return says(404, 'Project not found');
  const filter = searchParams.get('filter');
  const limit = Math.min(number(searchParams.get('limit'), DEFAULT_LIMIT), MOST);
  const offset = number(searchParams.get('offset'), 0);
  const isShallow = searchParams.get('shallow') === 'true';
  const found = ofProject
    .filter((build) => passes(build, filter))
    .toSorted((a, b) => (b.startedAt ?? b.queuedAt) - (a.startedAt ?? a.queuedAt))
    .slice(offset, offset + limit);
  return { status: 200, body: found.map((build) => shown(build, disk.replicated.hostname, isShallow)) };
}

function says(status: number, message: string): Answer {
  return { status, body: { message } };
}

function passes(build: BuildRecord, filter: string | null): boolean {
  if (filter === null) return true;
  if (filter === 'running' || filter === 'pending') {
    return filter === 'running' ? build.lifecycle === 'running' : build.lifecycle === 'queued';
  }
  if (filter === 'completed') return build.lifecycle === 'finished';
  return filter === 'successful' ? build.outcome === 'success' : build.outcome === filter;
}

function shown(build: BuildRecord, host: string, isShallow: boolean) {
  const at = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString());
  return {
    build_num: build.number,
    build_url: `https://${host}/${buildPath(build)}`,
    username: build.org,
    reponame: build.project,
    vcs_type: TYPE[build.vcs],
    branch: build.branch,
    subject: build.subject,
    lifecycle: build.lifecycle,
    status: build.status,
    outcome: build.outcome ?? null,
    queued_at: at(build.queuedAt),
    start_time: at(build.startedAt),
    stop_time: at(build.stoppedAt),
    committer_name: build.author,
    user: { login: build.author, name: build.author, is_user: true },
    ...(!isShallow && { steps: [], circle_yml: { string: 'version: 2\n' } }),
  };
}

function number(text: string | null, fallback: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : fallback;
}

/** Clojure's notation of what JSON can say. */
function edn(value: unknown): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return `(${value.map(edn).join(' ')})`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, one]) => `:${key} ${edn(one)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}
