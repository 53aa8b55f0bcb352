import type { Target } from '../../core/model/target.ts';
import type { RetentionTarget } from '../../core/retention/reading.ts';
import type { RetentionPreview } from '../../core/retention/result.ts';
import { proofRecord } from '../../runs/own-backups.ts';
import { previewRetention, runsGoingOn } from '../../runs/retention-reading.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Needs } from '../base/verb.ts';

/** What retention would do with the target now, by these rules. */
export async function preview(
  target: Target,
  rules: RetentionTarget,
  deps: Needs<'clock' | 'ec2' | 'store'>,
): Promise<RetentionPreview> {
  return previewRetention(deps.ec2(target.region), rules, {
    now: deps.clock.now(),
    ...(await runsGoingOn(deps.store)),
    record: await proofRecord(target, deps.store),
    call: readingOptions(),
  });
}
