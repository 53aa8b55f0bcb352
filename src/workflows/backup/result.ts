import type { Verdict } from '../../core/backup/verdict.ts';
import type { AppReport, BackupResult, FilesReport } from '../../core/model/backup.ts';
import type { SeenData } from '../../core/model/coverage.ts';
import type { DatastoresReport } from '../../core/model/datastore.ts';
import type { ImageStatus } from '../../core/model/image.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { Problem } from '../../core/problems/problem.ts';
import type { BackupInput } from '../../runs/backup.ts';
import type { StageResult } from '../run/stage.ts';

/** How far a backup got. */
export interface BackupEnd {
  machine?: InstanceFacts;
  imageId?: string;
  status?: ImageStatus;
  verdict?: Verdict;
  /** What became of the application, where it or its machine was stopped. */
  app?: AppReport;
  warnings?: string[];
  /** Where files are backed up beside the image. */
  files?: FilesReport;
  /** What of the external datastores is in it, where the target has any. */
  datastores?: DatastoresReport;
  /** Whatever was asked for, it counts as a live one. */
  isLive?: true;
  /** What was found on the machine; missing where the bot cannot log in. */
  looked?: StageResult<SeenData>;
  /** Set when it stopped before a verdict. */
  problem?: Problem;
}

/** The result without its end time, which the last step adds. */
export type UnfinishedResult = Omit<BackupResult, 'finishedAt'>;

/** Only a verdict can say complete: a run that stopped anywhere has failed. */
export function resultOf(input: BackupInput, end: BackupEnd): UnfinishedResult {
  const problem = end.problem ?? end.verdict?.problem;
  const volumes =
    end.verdict?.volumes ??
    (end.imageId === undefined
      ? []
      : (end.machine?.volumes ?? []).map((v) => ({ ...v, state: 'missing' as const })));
  return {
    runId: input.runId,
    target: input.target,
    region: input.region,
    mode: end.isLive ? 'live' : input.mode,
    outcome: end.problem !== undefined || end.verdict === undefined ? 'failed' : end.verdict.outcome,
    startedAt: input.requestedAt,
    volumes,
    added: { known: false, reason: 'it was not measured' },
    checked: end.verdict?.checked ?? [],
    warnings: [
      ...(end.warnings ?? []),
      ...(end.files?.warnings ?? []),
      ...(end.datastores?.stores ?? []).flatMap((store) => store.warnings),
    ],
    ...(end.files === undefined ? {} : { files: end.files }),
    ...(end.datastores === undefined ? {} : { datastores: end.datastores }),
    ...(end.app === undefined ? {} : { app: end.app }),
    ...(end.verdict?.coverage === undefined ? {} : { coverage: end.verdict.coverage }),
    ...(end.imageId === undefined ? {} : { imageId: end.imageId }),
    ...(end.verdict === undefined ? {} : { totalBytes: end.verdict.totalBytes }),
    ...(problem === undefined ? {} : { problem }),
  };
}
