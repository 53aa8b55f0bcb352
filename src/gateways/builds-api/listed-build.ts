import { z } from 'zod';
import { buildOf } from '../../core/cleanup/builds.ts';
import type { RunningBuild, WaitingBuild } from '../../core/cleanup/builds-api.ts';
import { cut, oneLine } from '../../core/text/text.ts';

const LONGEST_TEXT = 60;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** A build of API v1.1 in the fields that are read; it has many more. */
const schema = z.object({
  build_num: z.int(),
  username: z.string(),
  reponame: z.string(),
  vcs_type: z.string(),
  lifecycle: z.string(),
  queued_at: time.nullish(),
  start_time: time.nullish(),
  stop_time: time.nullish(),
  branch: z.string().nullish(),
  author_name: z.string().nullish(),
  user: z.object({ login: z.string().nullish() }).nullish(),
});

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
  const state = WAITING.find((one) => one === lifecycle);
  if ((lifecycle !== 'running' && state === undefined) || typeof stop_time === 'number')
    return { kind: 'ended' };
  const { vcs_type: vcs, username: org, reponame: project, build_num: number } = read.data;
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
