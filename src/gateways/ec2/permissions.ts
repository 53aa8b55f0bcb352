import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { ImageRequest } from '../../core/ports/ec2.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { type Caller, codeOf } from './calls.ts';
import * as requests from './requests.ts';

/** What a dry run answers when the call would have been allowed (API reference, "DryRun"). */
const ALLOWED = 'DryRunOperation';

export type MissingPermissions = (request: ImageRequest, options: CallOptions) => Promise<string[]>;

/**
 * Asks EC2 by dry runs what the bot may do. The reading actions do not depend on the machine, so their answer is
 * shared by all targets of the region; a refused CreateImage is asked again without tags, to tell it from CreateTags.
 */
export function createPermissionCheck(
  client: EC2Client,
  caller: Caller,
  readingActions: () => Promise<string[]>,
): MissingPermissions {
  return async (request, options) => {
    const missing = [...(await readingActions())];
    const input = requests.createImage(request);
    const tagged = await denied(caller, 'CreateImage', options, (abortSignal) =>
      client.send(new CreateImageCommand({ ...input, DryRun: true }), { abortSignal }),
    );
    if (tagged?.named !== undefined) missing.push(tagged.named);
    else if (tagged) {
      const { TagSpecifications: _tags, ...untagged } = input;
      const plain = await denied(caller, 'CreateImage', options, (abortSignal) =>
        client.send(new CreateImageCommand({ ...untagged, DryRun: true }), { abortSignal }),
      );
      missing.push(plain ? 'ec2:CreateImage' : 'ec2:CreateTags');
    }
    return missing;
  };
}

/** The reading actions a backup needs, of which the bot lacks the permission. */
export async function missingReadingActions(
  client: EC2Client,
  caller: Caller,
  options: CallOptions,
): Promise<string[]> {
  const missing: string[] = [];
  const images = await denied(caller, 'DescribeImages', options, (abortSignal) =>
    client.send(new DescribeImagesCommand({ Owners: ['self'], DryRun: true }), { abortSignal }),
  );
  if (images) missing.push('ec2:DescribeImages');
  const snapshots = await denied(caller, 'DescribeSnapshots', options, (abortSignal) =>
    client.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], DryRun: true }), { abortSignal }),
  );
  if (snapshots) missing.push('ec2:DescribeSnapshots');
  return missing;
}

/**
 * Set where a dry run is refused for want of permission; any other refusal is thrown, and so is that of a policy above
 * the bot's own. `named`: the action that EC2's message names, which need not be the one that was called.
 */
export async function denied(
  caller: Caller,
  action: string,
  options: CallOptions,
  send: (signal: AbortSignal) => Promise<unknown>,
): Promise<{ named?: string } | undefined> {
  try {
    await caller.call(action, send, options);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === ALLOWED) return undefined;
    const problem = error instanceof ProblemError ? error.problem : undefined;
    if (problem?.code !== 'permissions-missing' || problem.by !== undefined) throw error;
    const [named] = problem.actions;
    return named === undefined || named === `ec2:${action}` ? {} : { named };
  }
}
