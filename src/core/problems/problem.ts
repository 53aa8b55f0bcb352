import { APPROVAL_PROBLEMS, type ApprovalProblem } from './approval.ts';
import { BACKUP_PROBLEMS, type BackupProblem } from './backup.ts';
import { BUILDS_API_PROBLEMS, type BuildsApiProblem } from './builds-api.ts';
import { CONSOLE_PROBLEMS, type ConsoleProblem } from './console.ts';
import { COVERAGE_PROBLEMS, type CoverageProblem } from './coverage.ts';
import { DATASTORE_PROBLEMS, type DatastoreProblem } from './datastores.ts';
import type { Explanation, Explanations } from './explanation.ts';
import { FILES_PROBLEMS, type FilesProblem } from './files.ts';
import { JOB_PROBLEMS, type JobProblem } from './jobs.ts';
import { MACHINE_PROBLEMS, type MachineProblem } from './machine.ts';
import { MACHINE_LAUNCH_PROBLEMS, type MachineLaunchProblem } from './machine-launch.ts';
import { QUIESCE_PROBLEMS, type QuiesceProblem } from './quiesce.ts';
import { RESTORE_PROBLEMS, type RestoreProblem } from './restore.ts';
import { SERVICES_MACHINE_PROBLEMS, type ServicesMachineProblem } from './services-machine.ts';

export type { Explanation } from './explanation.ts';

/**
 * Everything that can stop a run or refuse a request, as data: it survives the engine's store, and `explain` alone
 * turns it into a person's words. Code branches on `code`, never on text.
 */
export type Problem =
  | ApprovalProblem
  | BackupProblem
  | BuildsApiProblem
  | ConsoleProblem
  | CoverageProblem
  | FilesProblem
  | JobProblem
  | DatastoreProblem
  | FilesProblem
  | MachineLaunchProblem
  | MachineProblem
  | QuiesceProblem
  | RestoreProblem
  | ServicesMachineProblem;

/** Thrown by gateways and stores where a `Problem` is known; the cause is kept for the log. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(explain(problem).reason, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** A sentence for every code of every family; a family that is forgotten here does not compile. */
const SENTENCES: Explanations<Problem> = {
  ...APPROVAL_PROBLEMS,
  ...BACKUP_PROBLEMS,
  ...BUILDS_API_PROBLEMS,
  ...CONSOLE_PROBLEMS,
  ...COVERAGE_PROBLEMS,
  ...FILES_PROBLEMS,
  ...JOB_PROBLEMS,
  ...DATASTORE_PROBLEMS,
  ...FILES_PROBLEMS,
  ...MACHINE_LAUNCH_PROBLEMS,
  ...MACHINE_PROBLEMS,
  ...QUIESCE_PROBLEMS,
  ...RESTORE_PROBLEMS,
  ...SERVICES_MACHINE_PROBLEMS,
};

/** The one place where a problem becomes a person's words. Plain text: the caller escapes or uses plain blocks. */
export function explain(problem: Problem): Explanation {
  // `Explanations` has tied each code to its own kind of problem, which TypeScript does not see through the union.
  const say = SENTENCES[problem.code] as (problem: Problem) => Explanation;
  return say(problem);
}

/** Whether EC2 may have made an image whose id nobody knows: then nobody may say that nothing was made. */
export function leavesUnconfirmedImage(problem: Problem): boolean {
  switch (problem.code) {
    case 'credentials':
    case 'ec2-unavailable':
      return problem.imageName !== undefined;
    case 'image-never-appeared':
      return true;
    case 'unexpected':
      return problem.step === 'image' || problem.step === 'engine';
    default:
      return false;
  }
}
