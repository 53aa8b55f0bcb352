import type { Person } from '../model/person.ts';

/** One way to answer, shown as a button. */
export interface QuestionOption {
  /** What the workflow reads, e.g. `retry`. */
  answer: string;
  label: string;
  style?: 'primary' | 'danger';
  /** Asked again before it counts. */
  confirm?: { title: string; text: string };
  /** Set: these may answer it, in place of the target's operators (user and user-group ids). */
  onlyFor?: string[];
}

/** What a run waits for people to decide; kept in the store under `questionId`, and answered once. */
export interface Question {
  runId: string;
  /** Unique in its run, e.g. `launch/2` for the second failure of a stage. */
  key: string;
  target: string;
  text: string;
  options: QuestionOption[];
  /** ms since epoch. */
  askedAt: number;
  answered?: { answer: string; by: Person; at: number };
}

export function questionId(runId: string, key: string): string {
  return `${runId}/${key}`;
}
