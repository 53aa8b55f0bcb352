import type { Plan } from '../../core/approval/approval.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { newRunView } from '../../core/run/run-view.ts';
import { oneLine } from '../../core/text/text.ts';
import { bytesInWords, durationInWords } from '../../core/text/words.ts';
import { RELEASE, RELEASE_STAGES, type ReleaseInput } from '../../runs/release.ts';

/** What a release would do; `fate` is what retention would then make of the backup. */
export function releasePlan(
  input: ReleaseInput,
  entry: Pick<CatalogueEntry, 'createdAt' | 'totalBytes'>,
  { fate }: { fate: string },
): Plan {
  const { runId, target, region, requester, requestedAt, backup, why } = input;
  const { backupId, imageId, tag, isProtected } = backup;
  const about = { runId, target, region, requester, requestedAt };
  const note = why === '' ? {} : { note: why };
  return {
    action: 'release',
    target,
    summary: `Release ${backupId} of ${target} to retention`,
    sections: [
      { title: 'The backup', lines: aboutBackup(input, entry) },
      {
        title: 'What happens',
        lines: [
          `EC2’s protection of ${imageId} against being deregistered is taken off`,
          ...(tag === undefined ? [] : [`The tag ${tag} is removed`]),
          'Both are read back. Where somebody holds it for another reason by then, nothing is done',
        ],
      },
      {
        title: 'What may be lost',
        tone: 'danger',
        lines: [fate, 'A deleted backup cannot be brought back.'],
      },
      ...(isProtected
        ? [
            {
              title: 'What is not certain',
              tone: 'unsure' as const,
              lines: [
                'Where somebody set EC2’s protection with a cooldown, EC2 refuses to delete the image for 24 hours more. ' +
                  'The bot’s own holds have none.',
              ],
            },
          ]
        : []),
    ],
    start: {
      workflow: RELEASE,
      input,
      view: newRunView({ ...about, kind: 'release', about: [backupId], ...note }, RELEASE_STAGES),
    },
  };
}

function aboutBackup(
  { backup, requestedAt }: ReleaseInput,
  { createdAt, totalBytes }: Pick<CatalogueEntry, 'createdAt' | 'totalBytes'>,
): string[] {
  const { mode, outcome, note } = backup;
  return [
    [
      `${durationInWords(requestedAt - createdAt)} old`,
      mode,
      outcome ?? 'not checked',
      ...(totalBytes === undefined ? [] : [`${bytesInWords(totalBytes)} in all`]),
    ].join(', '),
    ...(note === undefined ? [] : [`note: ${oneLine(note)}`]),
    heldInWords(backup),
  ];
}

/** The tag begins with the holder's id, which nobody could read in a plan; `list` shows it as a name. */
function heldInWords({ tag, heldBy }: ReleaseInput['backup']): string {
  if (tag === undefined) return 'protected by EC2, without a hold of the bot';
  const why = oneLine(heldBy ?? '').replace(/^(?:[UW][A-Z0-9]{2,20}\b|os:\S{1,64}) ?/, '');
  return why === '' ? 'held, without a reason given' : `held: ${why}`;
}
