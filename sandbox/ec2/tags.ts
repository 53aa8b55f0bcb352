import { notFound, nounOf } from './ids.ts';
import { find, findImage, type State } from './state.ts';
import { ApiError, invalidValue, missing } from './wire/errors.ts';
import { type Params, structures, text, texts } from './wire/query.ts';
import type { Xml } from './wire/xml.ts';

/** EC2's limits: characters of a key, of a value, and tags of one resource. */
const MOST_KEY = 128;
const MOST_VALUE = 256;
const MOST_TAGS = 50;

export function tagSet(tags: Record<string, string>): Xml {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** Reads `Tag.N`, refusing what EC2 refuses. */
function readTags(params: Params): Record<string, string> {
  const pairs = structures(params, 'Tag').map((tag): [string, string] => {
    const key = text(tag, 'Key') ?? '';
    const value = text(tag, 'Value') ?? '';
    checkTag(key, value);
    return [key, value];
  });
  const keys = pairs.map(([key]) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw invalidValue(`Duplicate tag key '${twice}' specified.`);
  if (pairs.length > MOST_TAGS) throw tooManyTags();
  return Object.fromEntries(pairs);
}

/** The tags of `TagSpecification.N` by resource type; only the given types may be tagged by the action. */
export function readTagSpecifications(
  params: Params,
  allowed: readonly string[],
): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const specification of structures(params, 'TagSpecification')) {
    const type = text(specification, 'ResourceType') ?? '';
    if (!allowed.includes(type)) {
      throw invalidValue(`'${type}' is not a valid taggable resource type for this operation.`);
    }
    if (found[type]) throw invalidValue(`The resource type '${type}' is specified twice.`);
    found[type] = readTags(specification);
  }
  return found;
}

export function createTags(state: State, params: Params): { [element: string]: Xml } {
  const tags = readTags(params);
  if (Object.keys(tags).length === 0) throw missing('tagSet');
  const resources = taggedResources(state, params);
  // All or nothing: no resource is tagged when one of them cannot be.
  for (const { record } of resources) {
    if (Object.keys({ ...record.tags, ...tags }).length > MOST_TAGS) throw tooManyTags();
  }
  for (const { id, noun, record } of resources) {
    Object.assign(record.tags, tags);
    state.changed(noun, id, 'tagged');
  }
  return { return: true };
}

/** Without a value the tag goes whatever its value is; with one, the empty one included, only where it is the same. */
export function deleteTags(state: State, params: Params): { [element: string]: Xml } {
  const tags = structures(params, 'Tag').map((tag) => ({
    key: text(tag, 'Key') ?? '',
    value: text(tag, 'Value'),
  }));
  for (const { id, noun, record } of taggedResources(state, params)) {
    const chosen =
      tags.length > 0 ? tags : Object.keys(record.tags).map((key) => ({ key, value: undefined }));
    for (const { key, value } of chosen) {
      if (value === undefined || record.tags[key] === value) delete record.tags[key];
    }
    state.changed(noun, id, 'untagged');
  }
  return { return: true };
}

function taggedResources(state: State, params: Params) {
  const ids = texts(params, 'ResourceId');
  if (ids.length === 0) throw missing('resourceIdSet');
  return ids.map((id) => {
    const noun = nounOf(id);
    if (noun === undefined) throw new ApiError('InvalidID', `The ID '${id}' is not valid`);
    const record = {
      image: () => findImage(state, id),
      snapshot: () => find(state, 'snapshot', state.snapshots, id),
      instance: () => find(state, 'instance', state.instances, id),
      volume: () => find(state, 'volume', state.volumes, id),
      subnet: () => find(state, 'subnet', state.subnets, id),
      address: () => find(state, 'address', state.addresses, id),
      task: () => find(state, 'task', state.tasks, id),
      interface: () => {
        throw notFound('interface', id);
      },
    }[noun]();
    return { id, noun, record };
  });
}

function checkTag(key: string, value: string) {
  if (key === '') throw invalidValue('Tag key cannot be empty.');
  if (key.length > MOST_KEY)
    throw invalidValue(`Tag key exceeds the maximum length of ${MOST_KEY} characters`);
  if (value.length > MOST_VALUE)
    throw invalidValue(`Tag value exceeds the maximum length of ${MOST_VALUE} characters`);
  if (key.toLowerCase().startsWith('aws:')) {
    throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
  }
}

function tooManyTags(): ApiError {
  return new ApiError('TagLimitExceeded', `More than ${MOST_TAGS} tags specified`);
}
