/** The first stage of every run that needed an approval. */
export const APPROVAL_STAGE = { key: 'approval', title: 'Check the approval' } as const;
