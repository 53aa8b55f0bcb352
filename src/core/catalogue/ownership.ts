import type { ImageFacts } from '../model/image.ts';
import { listInWords } from '../text/words.ts';

/** What an image says of itself by its tags. */
export interface Claim {
  /** The name our run would have given to it. */
  imageName: string;
  sourceInstanceId: string | undefined;
  /** Tags that say which backup it is and that are missing, though its name is one of ours. */
  removedTags: readonly string[];
  /** Tags that we always write and that are missing here or hold what we never write. */
  missingTags: readonly string[];
}

/** Why an image cannot be proven to be ours. */
export type Doubt =
  /** Of an image that has our name. */
  | { code: 'tags-removed'; tags: string[] }
  | { code: 'tags-missing'; tags: string[] }
  | { code: 'name-differs'; name: string; expected: string }
  | { code: 'source-unknown'; claimed?: string }
  | { code: 'source-differs'; source: string; claimed: string }
  | { code: 'owned-by-aws'; ownerAlias: string }
  | { code: 'other-machine'; source: string; target: string }
  | { code: 'other-tool'; tag: string }
  | { code: 'public' };

/** AWS Backup and Data Lifecycle Manager mark what they own by these, and copy the tags of the source machine too. */
const OTHER_TOOLS = ['aws:backup:', 'aws:dlm:', 'dlm:'];

/**
 * What speaks against an image being ours; empty when nothing does. Tags can be copied and edited by hand, so they have to
 * agree with what EC2 itself says: the name, which is given once and is unique, and the machine the image was made from,
 * which a copy of an image does not have. Images of other accounts never get here: only our own are asked for.
 */
export function doubtsOf(image: ImageFacts, claim: Claim): Doubt[] {
  const doubts: Doubt[] = [];
  if (claim.removedTags.length > 0) doubts.push({ code: 'tags-removed', tags: [...claim.removedTags] });
  if (claim.missingTags.length > 0) doubts.push({ code: 'tags-missing', tags: [...claim.missingTags] });
  if (image.name !== claim.imageName)
    doubts.push({ code: 'name-differs', name: image.name, expected: claim.imageName });
  const claimed = claim.sourceInstanceId;
  const source = image.sourceInstanceId;
  if (source === undefined)
    doubts.push({ code: 'source-unknown', ...(claimed === undefined ? {} : { claimed }) });
  else if (claimed !== undefined && source !== claimed)
    doubts.push({ code: 'source-differs', source, claimed });
  if (image.ownerAlias !== undefined) doubts.push({ code: 'owned-by-aws', ownerAlias: image.ownerAlias });
  const foreign = otherToolOf(image.tags);
  if (foreign !== undefined) doubts.push({ code: 'other-tool', tag: foreign });
  if (image.isPublic === true) doubts.push({ code: 'public' });
  return doubts;
}

/** The tag by which another tool marks what it owns, if there is one. */
export function otherToolOf(tags: Record<string, string>): string | undefined {
  return Object.keys(tags).find((key) => OTHER_TOOLS.some((tool) => key.startsWith(tool)));
}

const MERELY_UNPROVEN: ReadonlySet<Doubt['code']> = new Set([
  'other-machine',
  'source-unknown',
  'tags-removed',
]);

/**
 * Whether a backup may be restored although it is not proven: nothing says that it is something else, its machine is only not
 * known any more, somebody took tags off it, or it is a copy of an image, which has no machine and cannot have the same name.
 */
export function isOnlyUnproven(doubts: readonly Doubt[]): boolean {
  const codes = doubts.map(({ code }) => code);
  const isCopy = codes.includes('source-unknown');
  const isStripped = codes.includes('tags-removed');
  return (
    codes.length > 0 &&
    codes.every(
      (code) =>
        MERELY_UNPROVEN.has(code) ||
        (isCopy && code === 'name-differs') ||
        (isStripped && code === 'tags-missing'),
    )
  );
}

/** The rest of “not ours: …”, plain text. */
export function doubtInWords(doubt: Doubt): string {
  switch (doubt.code) {
    case 'tags-removed':
      return doubt.tags.length === 1
        ? `its tag ${listInWords(doubt.tags)} was removed`
        : `its tags ${listInWords(doubt.tags)} were removed`;
    case 'tags-missing':
      return `${listInWords(doubt.tags)} ${doubt.tags.length === 1 ? 'is' : 'are'} missing or unreadable`;
    case 'name-differs':
      return `its name is “${doubt.name}”, mine would be “${doubt.expected}”`;
    case 'source-unknown':
      return doubt.claimed === undefined
        ? 'neither its tags nor EC2 say which machine it was made from'
        : `its tags say it was made from ${doubt.claimed}, EC2 does not`;
    case 'source-differs':
      return `its tags say it was made from ${doubt.claimed}, EC2 says from ${doubt.source}`;
    case 'other-machine':
      return `EC2 made it from ${doubt.source}, which is not known as a machine of ${doubt.target}`;
    case 'owned-by-aws':
      return `it belongs to ${doubt.ownerAlias}`;
    case 'other-tool':
      return `it carries another tool’s tag ${doubt.tag}`;
    case 'public':
      return 'it is public';
  }
}
