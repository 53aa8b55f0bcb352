import { isHidden, type SnapshotRecord, type State } from '../state.ts';
import { BLOCK_BYTES } from '../wire/blocks.ts';
import { ApiError } from '../wire/errors.ts';

/** A request of the EBS direct APIs as its parts. */
interface EbsRequest {
  action: 'ListSnapshotBlocks' | 'ListChangedBlocks';
  snapshotId: string;
  query: URLSearchParams;
}

/** The service's limits on one page. */
const LEAST_BLOCKS = 100;
const MOST_BLOCKS = 10_000;
const TOKEN_LIFE_MS = 7 * 24 * 3_600_000;

/** The action a path stands for; nothing for paths the sandbox does not serve. */
export function readEbsRequest(method: string, url: URL): EbsRequest | undefined {
  const match = /^\/snapshots\/([^/]+)\/(blocks|changedblocks)$/.exec(url.pathname);
  if (method !== 'GET' || !match?.[1]) return undefined;
  const action = match[2] === 'blocks' ? 'ListSnapshotBlocks' : 'ListChangedBlocks';
  return { action, snapshotId: decodeURIComponent(match[1]), query: url.searchParams };
}

export function answerEbs(state: State, request: EbsRequest): Record<string, unknown> {
  return request.action === 'ListSnapshotBlocks'
    ? listSnapshotBlocks(state, request)
    : listChangedBlocks(state, request);
}

function listSnapshotBlocks(state: State, request: EbsRequest): Record<string, unknown> {
  const snapshot = completedSnapshot(state, request.snapshotId);
  const { indexes, ...rest } = blockPage(state, request.query, snapshot.blocks.at(snapshot.epoch), snapshot);
  const blocks = indexes.map((index) => ({ BlockIndex: index, BlockToken: blockToken(snapshot, index) }));
  return { Blocks: blocks, ...rest };
}

function listChangedBlocks(state: State, request: EbsRequest): Record<string, unknown> {
  const firstId = request.query.get('firstSnapshotId');
  if (!firstId)
    throw invalid('INVALID_PARAMETER_VALUE', 'The request must contain the parameter firstSnapshotId');
  const second = completedSnapshot(state, request.snapshotId);
  const first = completedSnapshot(state, firstId);
  if (first.volumeId !== second.volumeId) {
    throw invalid(
      'UNRELATED_SNAPSHOTS',
      `The snapshots ${firstId} and ${request.snapshotId} are not related`,
    );
  }
  const changed = second.blocks.between(first.epoch, second.epoch);
  const { indexes, ...rest } = blockPage(state, request.query, changed, second);
  // A block that only one of the two snapshots has comes with the token of that one.
  const [inFirst, inSecond] = [first, second].map(({ blocks, epoch }) => new Set(blocks.at(epoch)));
  const blocks = indexes.map((index) => ({
    BlockIndex: index,
    ...(inFirst?.has(index) && { FirstBlockToken: blockToken(first, index) }),
    ...(inSecond?.has(index) && { SecondBlockToken: blockToken(second, index) }),
  }));
  return { ChangedBlocks: blocks, ...rest };
}

/** EBS reads completed snapshots only. */
function completedSnapshot(state: State, id: string): SnapshotRecord {
  if (!/^snap-[0-9a-f]{1,59}$/.test(id))
    throw invalid('INVALID_SNAPSHOT_ID', `The snapshot ID ${id} is malformed`);
  const snapshot = state.snapshots.get(id);
  if (!snapshot || isHidden(state, id)) {
    throw new ApiError('ResourceNotFoundException', `The snapshot '${id}' does not exist.`, {
      reason: 'SNAPSHOT_NOT_FOUND',
    });
  }
  if (snapshot.state !== 'completed') {
    throw invalid(
      'INVALID_SNAPSHOT_ID',
      `The snapshot ${id} must be completed; its state is ${snapshot.state}`,
    );
  }
  return snapshot;
}

function blockPage(state: State, query: URLSearchParams, all: Uint32Array, snapshot: SnapshotRecord) {
  const start = firstIndex(query);
  const rest = all.filter((index) => index >= start);
  const size = Math.min(pageSize(query.get('maxResults')), Math.max(LEAST_BLOCKS, state.pageSize));
  const next = rest[size];
  return {
    indexes: [...rest.slice(0, size)],
    ExpiryTime: (state.clock.now() + TOKEN_LIFE_MS) / 1000,
    VolumeSize: snapshot.sizeGiB,
    BlockSize: BLOCK_BYTES,
    ...(next !== undefined && { NextToken: Buffer.from(`block ${next}`).toString('base64') }),
  };
}

/** A page token wins over `startingBlockIndex`, as documented. */
function firstIndex(query: URLSearchParams): number {
  const token = query.get('pageToken');
  if (token === null) return Number(query.get('startingBlockIndex') ?? 0);
  const index = /^block (\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (index === undefined) throw invalid('INVALID_PAGE_TOKEN', 'The page token is not valid');
  return Number(index);
}

function pageSize(asked: string | null): number {
  if (asked === null) return MOST_BLOCKS;
  const size = Number(asked);
  if (Number.isInteger(size) && size >= LEAST_BLOCKS && size <= MOST_BLOCKS) return size;
  throw invalid('INVALID_PARAMETER_VALUE', `maxResults must be between ${LEAST_BLOCKS} and ${MOST_BLOCKS}`);
}

function blockToken(snapshot: SnapshotRecord, index: number): string {
  return Buffer.from(`${snapshot.snapshotId}/${index}`).toString('base64');
}

function invalid(reason: string, message: string): ApiError {
  return new ApiError('ValidationException', message, { reason });
}
