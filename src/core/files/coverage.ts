import type { Coverage, DataSettings, SeenData } from '../model/coverage.ts';
import type { LookedPath } from '../model/data-look.ts';
import { isWithin, type Mount } from '../model/mount.ts';
import type { CoverageGap } from '../problems/coverage.ts';
import { explain, type Problem } from '../problems/problem.ts';
import { asClause, cut } from '../text/text.ts';
import { bytesInWords, counted, utcTime } from '../text/words.ts';
import { placeOf } from './place.ts';

/** What CircleCI cannot come back without, wherever its large objects are (facts: circleci-services-machine.md). */
const CIRCLECI_FOLDERS = ['/data/circle', '/var/lib/replicated'];

/** A path may have 4 KB. */
const PATH_SHOWN = 120;

/** What is compared with; of a backup's own tags where the bot's database has nothing. */
export type SeenBefore = Pick<SeenData, 'at' | 'driver'> & {
  paths: readonly Pick<LookedPath, 'path' | 'real' | 'mount' | 'sample' | 'isEmpty'>[];
};

export interface CoverageFacts {
  settings: DataSettings;
  /** What was found on the machine, or why it could not be looked at; missing: the bot has no SSH settings. */
  seen?: SeenData | { trouble: Problem } | undefined;
  /** At the last backup that had no gap. */
  before?: SeenBefore | undefined;
  /**
   * The paths whose files are backed up besides the image, and whether they were; what kept them from it is told by whoever did
   * that.
   */
  copied?: { paths: readonly string[]; done: boolean } | undefined;
}

/** What a backup covers besides the volumes in its image, and what it does not: from what was found now, what was found before, and what people said. */
export function coverageOf(facts: CoverageFacts): Coverage {
  const { settings, seen, before } = facts;
  if (seen === undefined)
    return {
      covers: [],
      gaps: [],
      besides: ['the machine was not looked at: the bot has no SSH settings for it', ...wordOf(settings)],
    };
  if ('trouble' in seen) return unseen(seen.trouble, settings, before);
  const paths = seen.paths.map((path) => ofPath(path, seen, facts));
  const shares = ofShares(seen, facts);
  const all = [
    ...paths.flatMap((path) => path.gaps),
    ...seen.missing
      .filter((mount) => !seen.paths.some(({ path }) => isWithin(path, mount.target)))
      .map(notMounted),
    ...shares.gaps,
  ];
  const gaps = all.filter((gap, i) => all.findIndex(({ what }) => what === gap.what) === i);
  const isLocal = settings.paths.length === 0 && settings.storage === undefined && seen.driver === 'local';
  return {
    covers: [
      ...(isLocal && gaps.length === 0
        ? ['CircleCI’s large objects, which are on the machine’s volumes']
        : []),
      ...paths.flatMap(({ covers }) => covers),
    ],
    gaps,
    besides: [...shares.besides, ...aboutDriver(seen, settings)],
  };
}

/** Where nobody could look, what people named, or what was on the machine when it was last looked at, may be gone. */
function unseen(
  trouble: Problem,
  { paths, storage }: DataSettings,
  before: SeenBefore | undefined,
): Coverage {
  const { reason, next } = explain(trouble);
  const what = `the machine could not be looked at (${asClause(reason)})`;
  const wasLocal = storage === undefined && before?.driver === 'local';
  if (paths.length === 0 && !wasLocal) return { covers: [], gaps: [], besides: [what] };
  const why =
    paths.length === 0
      ? 'CircleCI’s large objects were on it when it was looked at last'
      : `it has ${counted(paths.length, 'folder')} of FILES_PATHS`;
  return { covers: [], gaps: [{ what: `${what}, and ${why}`, remedy: asClause(next) }], besides: [] };
}

interface PathCoverage {
  covers: string[];
  gaps: CoverageGap[];
}

const IF_MEANT = 'if that is meant, take it out of FILES_PATHS';

function ofPath(path: LookedPath, seen: SeenData, facts: CoverageFacts): PathCoverage {
  const name = shown(path.path);
  const { mount } = path;
  const place = mount === undefined ? undefined : placeOf(mount, seen);
  const gap = (what: string, remedy: string): PathCoverage => ({
    covers: [],
    gaps: [{ what: `${name} ${what}`, remedy }],
  });
  const absent = seen.missing.find(({ target }) => isWithin(path.path, target));
  if (absent !== undefined) return { covers: [], gaps: [notMounted(absent)] };
  if (path.state === 'silent')
    return gap(
      `does not answer${place === undefined ? '' : `, ${place.words}`}`,
      `see that the server of ${mount === undefined ? name : shown(mount.target)} answers`,
    );
  if (path.state === 'missing') return gap('is not there', `put it back or mount it; ${IF_MEANT}`);
  if (path.state === 'unreadable')
    return gap(
      `cannot be read${path.why === undefined ? '' : ` (${path.why})`}`,
      `let root of the machine read it; ${IF_MEANT}`,
    );
  const was = facts.before?.paths.find((one) => one.path === path.path);
  const since = facts.before === undefined ? '' : `at the backup of ${utcTime(facts.before.at)}`;
  if (was !== undefined && was.real !== path.real) {
    if (path.real === undefined)
      return gap(
        `is a folder of its own, and led to ${shown(was.real ?? '')} ${since}`,
        `see who changed it; ${IF_MEANT}`,
      );
    return gap(
      `has become a symbolic link to ${shown(path.real)} since the last good backup`,
      `put the folder back; if the link is meant, set FILES_PATHS to ${shown(path.real)} in its place`,
    );
  }
  if (was !== undefined && isUnmounted(path, was, seen))
    return gap(
      `lies ${place?.words ?? 'elsewhere'}, and lay at ${shown(was.mount?.target ?? '')} (${was.mount?.type}, ${was.mount?.source}) ${since}`,
      `mount ${was.mount?.source} at ${shown(was.mount?.target ?? '')}; ${IF_MEANT}`,
    );
  if (was !== undefined && path.isEmpty && !was.isEmpty)
    return gap(
      `is empty, and was not ${since}`,
      `see who emptied it, or whether a mount is missing; ${IF_MEANT}`,
    );
  const isToBeCopied = facts.copied?.paths.includes(path.path) === true;
  const isCopied = isToBeCopied && facts.copied?.done === true;
  const nested = seen.mounted.filter(
    (inner) =>
      inner !== mount && isWithin(inner.target, path.real ?? path.path) && inner.target !== mount?.target,
  );
  const outside = isToBeCopied
    ? []
    : [
        ...(place?.inImage ? [] : [{ at: name, words: place?.words ?? 'nobody knows where' }]),
        ...nested.flatMap((inner) => {
          const its = placeOf(inner, seen);
          return its.inImage ? [] : [{ at: `${shown(inner.target)} in ${name}`, words: its.words }];
        }),
      ];
  if (outside.length > 0)
    return {
      covers: [],
      gaps: outside.map(({ at, words }) => ({
        what: `${at} lies ${words}, which no image holds`,
        remedy:
          'set RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE, so that the bot copies the files of FILES_PATHS',
      })),
    };
  if (isToBeCopied && !isCopied && place?.inImage !== true) return { covers: [], gaps: [] };
  const about = [
    ...(path.real === undefined ? [] : [`a link to ${shown(path.real)}`]),
    isCopied ? `its files, ${place?.words}` : `${place?.words}`,
    ...(path.isEmpty ? ['empty'] : path.bytes === undefined ? [] : [bytesInWords(path.bytes)]),
  ];
  return { covers: [`${name} (${about.join(', ')})`], gaps: [] };
}

/**
 * It lay on a file system of its own, which is mounted no more. Where nobody expects that any longer and its files are there,
 * people have moved it.
 */
function isUnmounted(path: LookedPath, was: SeenBefore['paths'][number], seen: SeenData): boolean {
  const { mount } = was;
  if (
    mount === undefined ||
    mount.target === '/' ||
    seen.mounted.some(({ target }) => target === mount.target)
  )
    return false;
  return path.isEmpty === true || was.sample === undefined || path.sample?.name !== was.sample.name;
}

const NAME_IT =
  'where CircleCI keeps large objects on the machine, name their folders in FILES_PATHS, and set RESTIC_REPOSITORY for those on a ' +
  'share; where they are in an object store, set STORAGE=external';
const CONTRADICTED =
  'look at the storage driver in the console at port 8800: where it keeps objects on the machine, remove STORAGE, name their folders in ' +
  'FILES_PATHS, and set RESTIC_REPOSITORY for those on a share; else set it to the object store there';

/** File systems that no path of the settings is about, and that no image holds. */
function ofShares(seen: SeenData, { settings }: CoverageFacts): Pick<Coverage, 'gaps' | 'besides'> {
  const gaps: CoverageGap[] = [];
  const besides: string[] = [];
  for (const mount of seen.mounted) {
    const place = placeOf(mount, seen);
    const isNamed = seen.paths.some(
      ({ path, real = path }) => isWithin(real, mount.target) || isWithin(mount.target, real),
    );
    if (place.inImage || isNamed) continue;
    const at = `${shown(mount.target)} ${place.words}`;
    const isCircleci = CIRCLECI_FOLDERS.some(
      (folder) => isWithin(folder, mount.target) || isWithin(mount.target, folder),
    );
    if (isCircleci)
      gaps.push({
        what: `${at}, which no image holds, has data that CircleCI cannot do without`,
        remedy: `name ${shown(mount.target)} in FILES_PATHS, and set RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE`,
      });
    else if (
      settings.paths.length > 0 ||
      (settings.storage === 'external' && seen.driver !== 'local') ||
      isScratch(mount)
    )
      besides.push(at);
    else
      gaps.push({
        what: `${at}, which no image holds`,
        remedy: settings.storage === undefined ? NAME_IT : CONTRADICTED,
      });
  }
  return { gaps, besides };
}

/** What is lost with every stop of the machine is nothing that anybody needs back. */
function isScratch({ disks = [] }: Mount): boolean {
  return disks.some(({ isInstanceStore }) => isInstanceStore);
}

function notMounted({ target, type, source }: Mount): CoverageGap {
  return {
    what: `${shown(target)} is not mounted, and /etc/fstab wants it to be (${type}, ${source})`,
    remedy: `mount ${shown(target)}, or take its line out of /etc/fstab`,
  };
}

function aboutDriver({ driver }: SeenData, settings: DataSettings): string[] {
  const { storage, paths } = settings;
  if (storage !== undefined)
    return wordOf(settings).map((word) =>
      driver === 'local' ? `${word}, and CircleCI’s settings say otherwise` : word,
    );
  if (driver === 'external')
    return [
      'CircleCI’s large objects are in an object store, as its settings say: versions or copies of it are their backup',
    ];
  return driver === 'unknown' && paths.length === 0
    ? ['where CircleCI keeps its large objects is not known: Replicated did not tell']
    : [];
}

function wordOf({ storage }: DataSettings): string[] {
  return storage === undefined
    ? []
    : [
        'CircleCI’s large objects are in an object store, by STORAGE=external: the operator’s word, which nobody checked',
      ];
}

function shown(path: string): string {
  return cut(path, PATH_SHOWN);
}
