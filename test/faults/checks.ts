import type { AuditRow } from '../../src/core/run/audit.ts';
import type { LeftBehind } from './left-behind.ts';

export type Check = [good: boolean, fault: string];

/** What is wrong; nothing where all is good. */
export function faultsIn(checks: readonly Check[]): string[] {
  return checks.flatMap(([good, fault]) => (good ? [] : [fault]));
}

/** The kinds of rows that an approved run leaves once each. */
export const APPROVED = ['request', 'vote', 'start', 'result'] as const;

/**
 * As `checksOfTheEnd`, after one run, however often its bot was killed: each thing was noted once. `isStage` leaves
 * out rows of stages that may be there more than once.
 */
export function checksOfOneRun(
  left: LeftBehind,
  once: readonly AuditRow['kind'][],
  isStage: (row: AuditRow) => boolean = () => true,
): Check[] {
  const { runs } = left;
  const rows = (kind: AuditRow['kind']) => left.audit.filter((row) => row.kind === kind);
  const stages = rows('stage')
    .filter(isStage)
    .map((row) => String(row.detail.stage));
  return [
    ...checksOfTheEnd(left),
    [runs.join() === 'completed', `the engine's runs: ${runs.join()}`],
    ...once.map((kind): Check => [rows(kind).length === 1, `${rows(kind).length} rows of the kind ${kind}`]),
    [new Set(stages).size === stages.length, `stages noted twice: ${stages.join()}`],
  ];
}

/** Nothing is held or unsaid, whatever was done. */
export function checksOfTheEnd({ locks, chainBreak, unsent }: LeftBehind): Check[] {
  return [
    [locks.length === 0, `locked: ${locks.map(({ target }) => target).join()}`],
    [chainBreak === undefined, `the audit breaks at ${chainBreak}`],
    [unsent.length === 0, `unsent: ${unsent.map(({ id }) => id).join()}`],
  ];
}
