import { z } from 'zod';
import { buildOf } from '../../core/cleanup/builds.ts';
import type { RunningBuild, WaitingBuild } from '../../core/cleanup/builds-api.ts';
import { defined } from '../../core/model/defined.ts';
import { cut, oneLine } from '../../core/text/text.ts';

const LONGEST_TEXT = 60;

const TIME = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d):?(\d\d)?$/;

/** ms since epoch, of a time with its zone; undefined for what is none. */
const time = z
  .unknown()
  .transform((value) => {
    if (typeof value !== 'string') return undefined;
    const [, moment, zone = '', minutes] = TIME.exec(value) ?? [];
    if (moment === undefined) return undefined;
    const ms = Date.parse(`${moment.replace(' ', 'T')}${zone}${zone === 'Z' ? '' : `:${minutes ?? '00'}`}`);
    return Number.isNaN(ms) ? undefined : ms;
  })
  .optional();

const shown = z.string().max(2_000).nullish().catch(undefined);

/**
 * A build of API v1.1 in the fields that are read; it has many more. Versions leave some out that others imply: CircleCI's own
 * samples have no `vcs_type`, and the addresses of build and repository name all its parts.
 */
const schema = z
  .object({
    build_num: z
      .union([
        z.int(),
        z
          .string()
          .regex(/^\d{1,10}$/)
          .transform(Number),
      ])
      .nullish()
      .catch(undefined),
    username: shown,
    reponame: shown,
    vcs_type: shown,
    vcs_url: shown,
    build_url: shown,
    lifecycle: shown,
    status: shown,
    queued_at: time,
    start_time: time,
    stop_time: z
      .unknown()
      .transform((value) => value != null && value !== '')
      .optional(),
    branch: shown,
    author_name: shown,
    user: z.object({ login: shown }).nullish().catch(undefined),
  })
  .transform((entry) => ({ ...entry, ...partsOf(entry), lifecycle: entry.lifecycle ?? entry.status }));

interface Parts {
  vcs: string;
  org: string;
  project: string;
  number: number;
}

/** What an entry says of its parts comes before what its addresses say; their hosts may be those from before a restore. */
function partsOf(entry: {
  build_num?: number | null | undefined;
  username?: string | null | undefined;
  reponame?: string | null | undefined;
  vcs_type?: string | null | undefined;
  vcs_url?: string | null | undefined;
  build_url?: string | null | undefined;
}): Partial<Parts> {
  const [, kind, owner, name, number] =
    /^(?:https?:\/\/[^/]+)?\/(gh|bb|github|bitbucket)\/([^/]+)\/([^/]+)\/(\d{1,10})\/?$/i.exec(
      entry.build_url ?? '',
    ) ?? [];
  const [, host = '', user, repository] =
    /^(?:https?:\/\/|ssh:\/\/|git:\/\/)?(?:[^@/]*@)?([^/:]+)(?::\d+)?[/:]([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(
      entry.vcs_url ?? '',
    ) ?? [];
  const vcs = entry.vcs_type ?? kind ?? (host === '' ? undefined : /bitbucket/i.test(host) ? 'bb' : 'gh');
  const org = entry.username ?? owner ?? user;
  const project = entry.reponame ?? name ?? repository;
  const build = entry.build_num ?? (number === undefined ? undefined : Number(number));
  return {
    ...(vcs === undefined ? {} : { vcs: vcs.toLowerCase() }),
    ...defined({ org, project, number: build }),
  };
}

export type Listed =
  | { kind: 'running'; build: RunningBuild }
  | { kind: 'waiting'; build: WaitingBuild }
  | { kind: 'ended' }
  | { kind: 'unreadable' };

const WAITING = ['queued', 'scheduled', 'not_running'] as const;

/** One entry of a list. Its address is made of its parts: `build_url` may still name the host from before a restore. */
export function readListed(entry: unknown, circleciUrl: string): Listed {
  const read = schema.safeParse(entry);
  if (!read.success) return { kind: 'unreadable' };
  const { lifecycle, queued_at, start_time, stop_time, branch, author_name, user } = read.data;
  if (lifecycle == null) return stop_time ? { kind: 'ended' } : { kind: 'unreadable' };
  const state = WAITING.find((one) => one === lifecycle);
  if ((lifecycle !== 'running' && state === undefined) || stop_time) return { kind: 'ended' };
  const { vcs, org, project, number } = read.data;
  if (vcs === undefined || org === undefined || project === undefined || number === undefined)
    return { kind: 'unreadable' };
  const build = buildOf({ vcs, org, project, number }, circleciUrl);
  if (build === undefined) return { kind: 'unreadable' };
  const listed = { build, ...text('branch', branch), ...text('author', user?.login ?? author_name) };
  if (state !== undefined) {
    return {
      kind: 'waiting',
      build: { ...listed, state, ...(queued_at == null ? {} : { queuedAt: queued_at }) },
    };
  }
  if (start_time == null) return { kind: 'unreadable' };
  return { kind: 'running', build: { ...listed, startedAt: start_time } };
}

function text<K extends string>(name: K, value: string | null | undefined): { [P in K]?: string } {
  const line = cut(oneLine(value ?? ''), LONGEST_TEXT);
  return (line === '' ? {} : { [name]: line }) as { [P in K]?: string };
}
