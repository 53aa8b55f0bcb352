import { type State, stamp } from '../state.ts';
import { ApiError } from '../wire/errors.ts';
import { type Params, required, structure, structures, text } from '../wire/query.ts';
import { renderXml } from '../wire/xml.ts';
import type { DatabaseSnapshot } from './database-state.ts';

type Run = (state: State, params: Params) => string;

const NAMESPACE = 'http://rds.amazonaws.com/doc/2014-10-31/';
const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/i;
const IDENTIFIER_MAX = 255;

const ACTIONS: Record<string, Run> = { CreateDBSnapshot, DeleteDBSnapshot, DescribeDBSnapshots };

/** Undefined for what is no action of RDS that the sandbox has. */
export function rdsAction(name: string): Run | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}

export function rdsResult(action: string, requestId: string, inner: string): string {
  return (
    `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${inner}</${action}Result>` +
    `${renderXml({ ResponseMetadata: { RequestId: requestId } })}</${action}Response>`
  );
}

export function rdsError({ code, message }: ApiError, requestId: string): string {
  const inner = { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: requestId };
  return `<ErrorResponse xmlns="${NAMESPACE}">${renderXml(inner)}</ErrorResponse>`;
}

function CreateDBSnapshot(state: State, params: Params): string {
  const identifier = required(params, 'DBSnapshotIdentifier');
  const instance = required(params, 'DBInstanceIdentifier');
  if (!IDENTIFIER.test(identifier) || identifier.length > IDENTIFIER_MAX) {
    const rule = 'Only letters, digits and single hyphens, a letter first';
    throw new ApiError('InvalidParameterValue', `Invalid snapshot identifier: ${identifier}. ${rule}.`);
  }
  const database = state.databases.get(instance);
  if (database === undefined)
    throw new ApiError('DBInstanceNotFound', `DBInstance ${instance} not found.`, { status: 404 });
  if (state.databaseSnapshots.has(identifier)) {
    throw new ApiError(
      'DBSnapshotAlreadyExists',
      `Cannot create the snapshot because one with the identifier ${identifier} already exists.`,
    );
  }
  if (database.status !== 'available')
    throw new ApiError('InvalidDBInstanceState', `DB instance is not in available state: ${instance}`);
  const now = state.clock.now();
  const snapshot: DatabaseSnapshot = {
    identifier,
    instance,
    gib: database.gib,
    startedAt: now,
    doneAt: now + database.snapshotMs,
    ends: database.nextEnds ?? 'available',
    tags: tagsIn(params),
  };
  delete database.nextEnds;
  state.databaseSnapshots.set(identifier, snapshot);
  return inXml(state, snapshot);
}

function DescribeDBSnapshots(state: State, params: Params): string {
  const identifier = text(params, 'DBSnapshotIdentifier');
  const found = identifier === undefined ? [...state.databaseSnapshots.values()] : [known(state, identifier)];
  return `<DBSnapshots>${found.map((one) => inXml(state, one)).join('')}</DBSnapshots>`;
}

function DeleteDBSnapshot(state: State, params: Params): string {
  const snapshot = known(state, required(params, 'DBSnapshotIdentifier'));
  if (statusOf(state, snapshot) === 'creating')
    throw new ApiError('InvalidDBSnapshotState', 'The snapshot is being created.');
  state.databaseSnapshots.delete(snapshot.identifier);
  return inXml(state, snapshot);
}

function known(state: State, identifier: string): DatabaseSnapshot {
  const found = state.databaseSnapshots.get(identifier);
  if (found !== undefined) return found;
  throw new ApiError('DBSnapshotNotFound', `DBSnapshot ${identifier} not found.`, { status: 404 });
}

function statusOf({ clock }: State, { doneAt, ends }: DatabaseSnapshot): string {
  return clock.now() < doneAt ? 'creating' : ends;
}

function tagsIn(params: Params): Record<string, string> {
  return Object.fromEntries(
    structures(structure(params, 'Tags'), 'Tag').map((tag) => [
      required(tag, 'Key'),
      text(tag, 'Value') ?? '',
    ]),
  );
}

function inXml(state: State, snapshot: DatabaseSnapshot): string {
  const { identifier, instance, gib, startedAt, doneAt, tags } = snapshot;
  const done = Math.min(1, (state.clock.now() - startedAt) / Math.max(1, doneAt - startedAt));
  const fields = renderXml({
    DBSnapshotIdentifier: identifier,
    DBInstanceIdentifier: instance,
    SnapshotCreateTime: stamp(startedAt),
    Engine: 'postgres',
    AllocatedStorage: gib,
    Status: statusOf(state, snapshot),
    PercentProgress: Math.floor(100 * done),
    SnapshotType: 'manual',
  });
  const list = Object.entries(tags).map(([Key, Value]) => `<Tag>${renderXml({ Key, Value })}</Tag>`);
  return `<DBSnapshot>${fields}<TagList>${list.join('')}</TagList></DBSnapshot>`;
}
