import type { Plan } from '../../core/approval/approval.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import type { ProofRecord } from '../../core/catalogue/proof.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { ImageFacts } from '../../core/model/image.ts';
import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { plannedRelease } from '../../core/retention/release.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { proofRecord } from '../../runs/own-backups.ts';
import type { ReleaseInput } from '../../runs/release.ts';
import { freeRunId } from '../../runs/request.ts';
import { previewRetention, type RetentionEc2, runsGoingOn } from '../../runs/retention-reading.ts';
import { askApproval } from '../approval/ask-approval.ts';
import { readingOptions } from '../base/call-options.ts';
import { type FoundBackup, leftAlone, namedBackup, targetOfBackup } from '../base/find-backup.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, Verb } from '../base/verb.ts';
import { releasePlan } from './release-plan.ts';

const WHY_MAX = 250;

export const release: Verb = {
  name: 'release',
  summary: 'gives a held backup back to retention, once somebody else has approved it',
  usage: 'release <backup> [why]',
  examples: ['release bk-20261123-0314-x4qz the upgrade went well'],
  details:
    'Whoever releases a backup lets retention delete it, so a second person has to approve it. Then EC2’s protection and ' +
    'the tag are taken off, and read back. Retention itself runs after the next complete backup.',
  permission: 'operator',
  takesTarget: false,
  takesText: true,
  flags: {},
  changes: true,
  targetOf: ({ rest }, deps) => targetOfBackup(rest, deps),
  async run({ person, args }, deps): Promise<Reply> {
    const named = await namedBackup(args.rest, release, deps);
    if ('refusal' in named) return named.refusal;
    const { found, more } = named;
    const target = targetNamed(deps.targets, found.entry.target);
    const reason = whyNot(found.entry, target);
    if (reason !== undefined || target === undefined)
      return { view: 'refusal', reason: `${reason ?? ''} Nothing was done.`.trim() };
    const why = cut(oneLine(more), WHY_MAX);
    const plan = await planOf(found, target, person, why, deps);
    return askApproval({ target, person, plan, reason: why }, deps);
  },
};

function whyNot(entry: CatalogueEntry, target: Target | undefined): string | undefined {
  const { backupId } = entry;
  if (entry.doubts.length > 0) return leftAlone(entry);
  if (!entry.held && entry.isProtected !== true) return `${backupId} is not held.`;
  if (target === undefined)
    return `${backupId} belongs to the target ${entry.target}, which is not configured here: retention never deletes it.`;
  return undefined;
}

async function planOf(
  { entry, region }: FoundBackup,
  target: Target,
  person: Person,
  why: string,
  deps: Needs<'clock' | 'ec2' | 'random' | 'store'>,
): Promise<Plan> {
  const at = deps.clock.now();
  const input: ReleaseInput = {
    runId: await freeRunId('release', at, deps),
    target: target.name,
    region,
    channel: target.channel,
    backup: plannedRelease(entry),
    why,
    requester: person,
    requestedAt: at,
  };
  return releasePlan(input, entry, { fate: await fateOf(entry.backupId, target, deps) });
}

/** What the rules of today would make of it, were it not held. */
async function fateOf(
  backupId: string,
  target: Target,
  deps: Needs<'clock' | 'ec2' | 'store'>,
): Promise<string> {
  const preview = await previewRetention(released(deps.ec2(target.region), backupId), target, {
    now: deps.clock.now(),
    ...(await runsGoingOn(deps.store)),
    record: withoutHoldOf(backupId, await proofRecord(target, deps.store)),
    call: readingOptions(),
  });
  const isIt = (one: { backupId?: string }) => one.backupId === backupId;
  const going = preview.deleting.find(isIt) ?? preview.disabling.find(isIt);
  if (going !== undefined)
    return `By today’s rules retention deletes it after the next complete backup: ${going.reason}.`;
  const kept = preview.kept.find(isIt) ?? preview.leftAlone.find(isIt);
  return kept === undefined
    ? 'From then on the rules decide about it.'
    : `By today’s rules retention keeps it for now (${kept.reason}); later the rules decide.`;
}

/** EC2 as it would look without the hold; nothing is changed. */
function released(ec2: RetentionEc2, backupId: string): RetentionEc2 {
  return {
    findInstances: (selector, options) => ec2.findInstances(selector, options),
    taggedSnapshots: (options) => ec2.taggedSnapshots(options),
    instancesFrom: (imageIds, options) => ec2.instancesFrom(imageIds, options),
    async taggedImages(options) {
      const images = await ec2.taggedImages(options);
      return images.map((image) => (image.tags[TAG.run] === backupId ? withoutHold(image) : image));
    },
  };
}

function withoutHoldOf(backupId: string, { backups, ...record }: ProofRecord): ProofRecord {
  return {
    ...record,
    backups: backups.map((one) => {
      const { heldBy: _heldBy, ...rest } = one;
      return one.backupId === backupId ? rest : one;
    }),
  };
}

function withoutHold({ isProtected: _protected, tags, ...image }: ImageFacts): ImageFacts {
  const { [TAG.held]: _held, ...rest } = tags;
  return { ...image, tags: rest };
}
