import { type EBSClient, ListChangedBlocksCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import type { Size } from '../../../core/model/backup.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import { type Caller, codeOf, DENIED } from '../calls.ts';
import { createPages } from '../pages.ts';

const PAGE = 10_000;

/**
 * What a snapshot added, from the EBS direct API: blocks that differ from the previous snapshot of the volume, or all
 * used blocks where there is none. EC2's own sizes are full sizes (facts: ec2.md). A refusal becomes words, not an
 * error: a backup is no worse for a size that is not known.
 */
export async function addedBytes(
  ebs: EBSClient,
  caller: Caller,
  snapshotId: string,
  previousSnapshotId: string | undefined,
  options: CallOptions,
): Promise<Size> {
  const action = previousSnapshotId === undefined ? 'ListSnapshotBlocks' : 'ListChangedBlocks';
  try {
    const count =
      previousSnapshotId === undefined
        ? await countUsed(ebs, caller, snapshotId, options)
        : await countChanged(ebs, caller, previousSnapshotId, snapshotId, options);
    return { known: true, bytes: count.blocks * count.blockSize };
  } catch (error) {
    options.signal.throwIfAborted();
    const code = codeOf(error);
    if (code !== undefined && DENIED.has(code))
      return { known: false, reason: `permission ebs:${action} is missing` };
    // The previous snapshot was deleted by hand, or the two are not of one lineage: measure the whole instead.
    if (
      previousSnapshotId !== undefined &&
      (code === 'ResourceNotFoundException' || code === 'ValidationException')
    ) {
      return addedBytes(ebs, caller, snapshotId, undefined, options);
    }
    return {
      known: false,
      reason: code === undefined ? 'the EBS direct API did not answer' : `EBS direct API: ${code}`,
    };
  }
}

interface Count {
  blocks: number;
  blockSize: number;
}

async function countUsed(
  ebs: EBSClient,
  caller: Caller,
  snapshotId: string,
  options: CallOptions,
): Promise<Count> {
  const pages = await createPages(caller)('ListSnapshotBlocks', options, async (token, abortSignal) => {
    const input = { SnapshotId: snapshotId, MaxResults: PAGE, ...token };
    const { Blocks, ...page } = await ebs.send(new ListSnapshotBlocksCommand(input), { abortSignal });
    return { ...page, blocks: Blocks?.length ?? 0 };
  });
  return countOf(pages);
}

async function countChanged(
  ebs: EBSClient,
  caller: Caller,
  first: string,
  second: string,
  options: CallOptions,
): Promise<Count> {
  const pages = await createPages(caller)('ListChangedBlocks', options, async (token, abortSignal) => {
    const input = { FirstSnapshotId: first, SecondSnapshotId: second, MaxResults: PAGE, ...token };
    const { ChangedBlocks, ...page } = await ebs.send(new ListChangedBlocksCommand(input), { abortSignal });
    // A block that only the first snapshot has was freed: it adds nothing.
    const added = ChangedBlocks?.filter((block) => block.SecondBlockToken !== undefined);
    return { ...page, blocks: added?.length ?? 0 };
  });
  return countOf(pages);
}

function countOf(pages: readonly { blocks: number; BlockSize?: number | undefined }[]): Count {
  return {
    blocks: pages.reduce((sum, { blocks }) => sum + blocks, 0),
    blockSize: pages.findLast(({ BlockSize }) => BlockSize !== undefined)?.BlockSize ?? 0,
  };
}
