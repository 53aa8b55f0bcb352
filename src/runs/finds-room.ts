import { ProblemError } from '../core/problems/problem.ts';

/** Whether what is tagged had room for it: others tag as well, and EC2 allows 50. Rejects with whatever else went wrong. */
export async function findsRoom(tagging: Promise<void>): Promise<boolean> {
  try {
    await tagging;
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'tag-limit') return false;
    throw error;
  }
}
