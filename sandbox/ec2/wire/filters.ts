import { ApiError, invalidValue, missing } from './errors.ts';
import { type Params, structures, text, texts } from './query.ts';

/** EC2's limits on one request. */
const MOST_FILTERS = 50;
const MOST_VALUES = 200;

/** What filters may look at: the values of each filter name, and the tags. */
interface Filterable {
  values: Record<string, string | string[] | undefined>;
  tags: Record<string, string>;
}

/**
 * Reads `Filter.N` into a test. Filters are joined by "and", the values of one by "or"; values may hold `*` and `?`.
 * `names` are the filters this action knows beside `tag:KEY` and `tag-key`.
 */
export function filterTest(params: Params, names: readonly string[]): (record: Filterable) => boolean {
  const filters = structures(params, 'Filter');
  if (filters.length > MOST_FILTERS) throw tooMany(`${MOST_FILTERS} filters`);
  const tests = filters.map((filter) => oneTest(filter, names));
  return (record) => tests.every((test) => test(record));
}

function oneTest(filter: Params, names: readonly string[]): (record: Filterable) => boolean {
  const name = text(filter, 'Name');
  if (!name) throw missing('filter name');
  const values = texts(filter, 'Value');
  if (values.length > MOST_VALUES) throw tooMany(`${MOST_VALUES} values for the filter '${name}'`);
  if (!names.includes(name) && name !== 'tag-key' && !name.startsWith('tag:')) {
    throw invalidValue(`The filter '${name}' is invalid`);
  }
  const patterns = values.map(wildcard);
  return (record) => valuesOf(record, name).some((value) => patterns.some((pattern) => pattern.test(value)));
}

function valuesOf(record: Filterable, name: string): string[] {
  if (name === 'tag-key') return Object.keys(record.tags);
  const value = name.startsWith('tag:') ? record.tags[name.slice('tag:'.length)] : record.values[name];
  return value === undefined ? [] : [value].flat();
}

function tooMany(limit: string): ApiError {
  return new ApiError('FilterLimitExceeded', `The request has too many filters or values: at most ${limit}`);
}

/** `*` is any text, `?` one character, and a backslash takes both their meaning. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([\s\S])|[\s\S]/gu, (character, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (character === '*') return '[\\s\\S]*';
    if (character === '?') return '[\\s\\S]';
    return literal(character);
  });
  return new RegExp(`^${source}$`, 'u');
}

function literal(character: string): string {
  return character.replace(/[$()*+./?[\\\]^{|}]/u, '\\$&');
}
