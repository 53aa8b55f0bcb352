import { cut, oneLine } from '../text/text.ts';
import { strangeCharacter } from '../text/typed-word.ts';

/** A build record of CircleCI 1.x and 2.x. Two are the same when their `url` is. */
export interface Build {
  vcs: 'gh' | 'bb';
  /** As it was written: whether CircleCI tells upper from lower case there is not documented. */
  org: string;
  project: string;
  number: number;
  /** `https://HOST/gh/ORG/PROJECT/NUMBER`, with scheme, host and port of the target. */
  url: string;
}

export type Refusal =
  | 'too-long'
  | 'characters'
  | 'percent'
  | 'scheme'
  | 'user'
  | 'host'
  | 'dots'
  | 'pipeline'
  | 'path'
  | 'name'
  | 'number'
  | 'too-many';

export interface RefusedUrl {
  /** What was typed, as one line, cut. Anybody's text: it is shown plainly. */
  text: string;
  reason: Refusal;
  /** Of `characters`: the first of them, in words. */
  character?: string;
}

export interface ParsedBuilds {
  /** Each once, in the order they were typed. */
  builds: Build[];
  refused: RefusedUrl[];
  /** Those typed more than once. */
  duplicates: Build[];
}

export const MOST_BUILDS = 500;
const LONGEST_URL = 500;
const LONGEST_SHOWN = 100;
/** CircleCI counts in Java's `int`. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** A piece between spaces, commas and new lines; in Slack's `<url|text>` they do not count. */
const PIECE = /(?:<[^<>\n]*>|[^ \t\r\n,])+/g;
const SLACK_LINK = /^<([^<>|]*)(?:\|[^<>]*)?>$/;
/** What people put around an address: one pair of it is taken off. */
const PAIRS = ['``', '""', "''", '“”', '‘’', '«»', '()', '[]', '{}', '<>', '**', '__', '~~'];
const END_OF_SENTENCE = /^[.,;:!?]$/;

/** What an address of a build may hold at all, its `?…` and `#…` included. */
const INNOCENT = /^[A-Za-z0-9:/?#@&=;._~+[\]-]*$/;
const ADDRESS = /^(https?):\/\/([^/?#]*)([^?#]*)/i;
const VCS: Record<string, Build['vcs']> = { gh: 'gh', github: 'gh', bb: 'bb', bitbucket: 'bb' };
const ORG = /^[A-Za-z0-9_-]{1,100}$/;
const PROJECT = /^[A-Za-z0-9._-]{1,100}$/;
const NUMBER = /^[1-9][0-9]{0,9}$/;

/**
 * The builds in a text: `https://HOST/gh/ORG/PROJECT/NUMBER`, `/bb/…`, and the long forms `/github/…` and
 * `/bitbucket/…`, separated by spaces, commas and new lines, also as Slack writes links. `circleciUrl` is scheme and
 * host of the target, as `https://ci.example.com:8443`.
 *
 * Normalised: the scheme (http or https) and a port that only repeats it, the host's case, long forms, one slash at the
 * end, and a harmless `?…` or `#…`, which browsers copy with an open tab. Everything else is refused: nothing of it goes
 * any further than the answer.
 */
export function parseBuildUrls(text: string, circleciUrl: string): ParsedBuilds {
  const parsed: ParsedBuilds = { builds: [], refused: [], duplicates: [] };
  const seen = new Map<string, 'once' | 'again'>();
  for (const [piece] of text.matchAll(PIECE)) {
    const typed = unwrapped(piece);
    if (parsed.refused.length >= MOST_BUILDS) {
      parsed.refused.push({ text: shown(typed), reason: 'too-many' });
      return parsed;
    }
    const read = readBuildUrl(typed, circleciUrl);
    if (typeof read === 'string') {
      const character = read === 'characters' ? strangeCharacter(typed, INNOCENT) : undefined;
      parsed.refused.push({
        text: shown(typed),
        reason: read,
        ...(character === undefined ? {} : { character }),
      });
    } else if (seen.has(read.url)) {
      if (seen.get(read.url) === 'once') parsed.duplicates.push(read);
      seen.set(read.url, 'again');
    } else if (parsed.builds.length >= MOST_BUILDS) {
      parsed.refused.push({ text: shown(typed), reason: 'too-many' });
    } else {
      seen.set(read.url, 'once');
      parsed.builds.push(read);
    }
  }
  return parsed;
}

/** Without the end of a sentence, one pair of quotes or brackets, and Slack's marks of a link. */
function unwrapped(piece: string): string {
  const inPair = withoutPair(withoutEnd(piece));
  const link = SLACK_LINK.exec(withoutEnd(inPair))?.[1];
  return withoutEnd(link ?? inPair);
}

function withoutEnd(text: string): string {
  return END_OF_SENTENCE.test(text.at(-1) ?? '') ? text.slice(0, -1) : text;
}

function withoutPair(text: string): string {
  const isPair = text.length > 2 && PAIRS.includes(`${text.charAt(0)}${text.at(-1)}`);
  return isPair && !SLACK_LINK.test(text) ? text.slice(1, -1) : text;
}

/** One build of its parts, as an API names them; undefined where a part has not the one shape. */
export function buildOf(
  parts: { vcs: string; org: string; project: string; number: number },
  circleciUrl: string,
): Build | undefined {
  const read = readPath(['', parts.vcs, parts.org, parts.project, String(parts.number)], circleciUrl);
  return typeof read === 'string' ? undefined : read;
}

function readBuildUrl(typed: string, circleciUrl: string): Build | Refusal {
  if (typed.length > LONGEST_URL) return 'too-long';
  if (typed.includes('%')) return 'percent';
  if (!INNOCENT.test(typed)) return 'characters';
  const [, scheme, authority, path] = ADDRESS.exec(typed) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return 'scheme';
  if (authority.includes('@')) return 'user';
  if (hostOf(scheme, authority) !== targetHost(circleciUrl)) return 'host';
  return readPath((path.endsWith('/') ? path.slice(0, -1) : path).split('/'), circleciUrl);
}

/** Host and port in lower case, without the port that the scheme has anyway. */
function hostOf(scheme: string, authority: string): string {
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  const host = authority.toLowerCase();
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}

function targetHost(circleciUrl: string): string | undefined {
  const [, scheme, authority] = ADDRESS.exec(circleciUrl) ?? [];
  return scheme === undefined || authority === undefined ? undefined : hostOf(scheme, authority);
}

/** `path` as it is between slashes: the first is the empty text before the first slash. */
function readPath(path: readonly string[], circleciUrl: string): Build | Refusal {
  const [before, kind = '', org = '', project = '', number = '', ...more] = path;
  if (path.some((part) => part === '.' || part === '..')) return 'dots';
  if (kind === 'pipelines') return 'pipeline';
  const vcs = Object.hasOwn(VCS, kind) ? VCS[kind] : undefined;
  if (before !== '' || vcs === undefined || number === '' || more.length > 0) return 'path';
  if (!ORG.test(org) || !PROJECT.test(project)) return 'name';
  if (!NUMBER.test(number) || Number(number) > LARGEST_NUMBER) return 'number';
  return {
    vcs,
    org,
    project,
    number: Number(number),
    url: `${circleciUrl}/${vcs}/${org}/${project}/${number}`,
  };
}

function shown(typed: string): string {
  return cut(oneLine(typed.slice(0, 4 * LONGEST_SHOWN)), LONGEST_SHOWN);
}
