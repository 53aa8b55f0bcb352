import { type Doubt, doubtInWords } from '../catalogue/ownership.ts';
import { type KeepPolicy, policyInWords } from '../model/keep-policy.ts';
import { durationInWords, utcTime } from '../text/words.ts';
import { keepDurationInWords } from '../time/keep-duration.ts';
import type { KeepReason } from './keep-rules.ts';

/** `abandoned`: its run ended without a word, or the bot was down for longer than a backup may take. */
export type BadOutcome = 'partial' | 'failed' | 'canceled' | 'abandoned';

/** Why retention keeps, leaves, disables or deletes a backup. */
export type RetentionReason =
  | KeepReason
  // It stays.
  | { code: 'newest-complete' }
  | { code: 'held'; by?: string }
  | { code: 'protected' }
  | { code: 'in-use'; instanceId: string }
  | { code: 'future'; createdAt: number }
  | { code: 'no-policy'; schedule?: string }
  /** It was disabled, but the rules keep it now; before it can be restored it has to be enabled again. */
  | { code: 'disabled-but-kept'; disabledAt: number }
  // It is not touched, or not yet.
  | { code: 'other-target'; target: string }
  | { code: 'not-ours'; doubts: readonly Doubt[] }
  /** `source`: the machine that only EC2 calls the target's former one. */
  | { code: 'inherited'; source: string | undefined }
  /** Its tags say something else of it than the bot’s own record. */
  | { code: 'retagged'; said: readonly string[] }
  | { code: 'running' }
  | { code: 'unchecked'; ageMs: number }
  | { code: 'grace'; graceMs: number }
  | { code: 'image-state'; state: string }
  | { code: 'no-newer-complete' }
  | { code: 'none-complete' }
  | { code: 'overdue'; newestAt: number; maxAgeMs: number }
  | { code: 'soft-grace'; disabledAt: number; until: number }
  // It goes.
  | { code: 'no-rule'; policy: KeepPolicy }
  | { code: 'bad-outcome'; outcome: BadOutcome; ageMs: number };

/** Plain text, a part of a sentence: `daily backup of 2026-10-01`. */
function reasonInWords(reason: RetentionReason): string {
  switch (reason.code) {
    case 'last':
      return reason.count === 'unlimited' ? 'every backup is kept' : `one of the last ${reason.count}`;
    case 'within':
      return `within ${keepDurationInWords(reason.within)} of the newest`;
    case 'period':
      return reason.oldest === true
        ? `oldest backup, of ${reason.of}: the ${reason.period} rule has places left`
        : `${reason.period} backup of ${reason.of}`;
    case 'newest-complete':
      return 'newest complete backup';
    case 'held':
      return reason.by === undefined ? 'held' : `held by ${reason.by}`;
    case 'protected':
      return 'EC2 protects its image from deregistration';
    case 'in-use':
      return `used by ${reason.instanceId}`;
    case 'future':
      return `its time, ${utcTime(reason.createdAt)}, is still to come`;
    case 'no-policy':
      return reason.schedule === undefined
        ? 'no retention is set for backups made by hand'
        : `no retention is set for the schedule “${reason.schedule}”`;
    case 'disabled-but-kept':
      return `its image has been disabled since ${utcTime(reason.disabledAt)}; enable it before restoring it`;
    case 'other-target':
      return `it belongs to the target “${reason.target}”`;
    case 'not-ours':
      return `not ours: ${reason.doubts.map(doubtInWords).join('; ')}`;
    case 'inherited':
      return `it is of ${reason.source}, from which the machine was restored before my database begins: mine to restore, not to delete`;
    case 'retagged':
      return `its tags are not as I wrote them (${reason.said.join('; ')})`;
    case 'running':
      return 'its run goes on';
    case 'unchecked':
      return `not checked yet, ${durationInWords(reason.ageMs)} old`;
    case 'grace':
      return `it stays for ${durationInWords(reason.graceMs)}`;
    case 'image-state':
      return `its image is ${reason.state}`;
    case 'no-newer-complete':
      return 'no complete backup is newer';
    case 'none-complete':
      return 'there is no complete backup: nothing is deleted';
    case 'overdue':
      return 'the newest complete backup is overdue: nothing is deleted';
    case 'soft-grace':
      return `disabled at ${utcTime(reason.disabledAt)}, to be deleted at ${utcTime(reason.until)}`;
    case 'no-rule':
      return `no rule keeps it; what stays is ${policyInWords(reason.policy)}`;
    case 'bad-outcome':
      return `${reason.outcome} ${durationInWords(reason.ageMs)} ago`;
  }
}

/** All reasons of a decision in one line. */
export function reasonsInWords(reasons: readonly RetentionReason[]): string {
  return reasons.map(reasonInWords).join('; ');
}
