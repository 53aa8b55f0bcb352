import type { Explanations } from './explanation.ts';

/** Why a held backup was not given back to retention. */
export type ReleaseProblem =
  | { code: 'release-gone'; backupId: string; imageId: string }
  | { code: 'release-doubtful'; imageId: string; doubts: string };

export const RELEASE_PROBLEMS: Explanations<ReleaseProblem> = {
  'release-gone': ({ backupId, imageId }) => ({
    reason: `EC2 has no image ${imageId} of ${backupId} any more.`,
    next: 'Type /circleci-backup list to see what is there; of this one nothing is left to release.',
  }),
  'release-doubtful': ({ imageId, doubts }) => ({
    reason: `I leave ${imageId} alone, retention as well: ${doubts}.`,
    next: 'Look at its tags in the EC2 console.',
  }),
};
