import type { CoverageGap } from '../problems/coverage.ts';
import { asClause } from '../text/text.ts';
import { durationInWords } from '../text/words.ts';
import type { DataLook, StorageDriver } from './data-look.ts';
import type { AttachedVolume } from './instance.ts';

/** What a backup holds of what the machine needs to come back, besides that its volumes are in its image; in clauses for people. */
export interface Coverage {
  covers: string[];
  /** Not in it, and somebody has to see to that: a backup with one of these is partial. */
  gaps: CoverageGap[];
  /** Not in it by its nature or by somebody's word, or not known. */
  besides: string[];
}

/** What was found of a machine's data, and when. */
export interface SeenData extends DataLook {
  /** ms since epoch */
  at: number;
  driver: StorageDriver;
  /** Of the machine, by EC2's word: those are in its image. */
  volumes: AttachedVolume[];
}

/** What is kept of a target's data from backup to backup. */
export interface KnownData {
  last: SeenData;
  /** At the last backup that had no gap: the next one is compared with it. */
  good?: SeenData | undefined;
}

/** What a target's settings say of its data. */
export interface DataSettings {
  /** Whether the bot can look at the machine. */
  ssh: boolean;
  paths: string[];
  /** The operator's word. */
  storage?: 'external' | undefined;
}

/** What it covers, after the words on its image, and what it does not; a sentence each. */
export function coverageInWords(image: string, { covers, gaps, besides }: Coverage): string[] {
  const not = [...gaps.map(({ what }) => what), ...besides];
  return [
    `${[image, ...covers].join('; ')}.`,
    ...(not.length === 0 ? [] : [`Does not cover: ${not.join('; ')}.`]),
  ];
}

/** What a backup of a target would cover, by a look at its machine. */
export interface DataStatus {
  coverage: Coverage;
  /** When that was, where it is not of now; ms since epoch. */
  seenAt?: number;
  /** Why it could not be looked at now, as a sentence. */
  trouble?: string;
}

/** The same for whoever asks now; the last sentence says what to do, where a backup would be partial. */
export function dataInWords({ coverage, seenAt, trouble }: DataStatus, now: number): string[] {
  const { gaps } = coverage;
  const why = trouble === undefined ? '' : `; it could not be looked at now (${asClause(trouble)})`;
  const remedies = [...new Set(gaps.map(({ remedy }) => remedy))];
  return [
    ...coverageInWords('A backup covers its volumes, as an image', coverage),
    ...(seenAt === undefined ? [] : [`That was seen ${durationInWords(now - seenAt)} ago${why}.`]),
    ...(remedies.length === 0 ? [] : [`So a backup would be partial. What to do: ${remedies.join('; ')}.`]),
  ];
}
