import { ApiError, invalidValue } from './errors.ts';
import { integer, type Params, text, texts } from './query.ts';

/** The most EC2 puts on a page. */
const MOST = 1000;

interface PageRules {
  /** The smallest MaxResults this action takes. */
  least: number;
  /** The parameter with ids, which some actions do not take together with MaxResults. */
  notWith?: string;
  /** The sandbox's own cap. */
  pageSize: number;
}

/** One page of records, and the token for the next one. */
export function page<T>(
  params: Params,
  records: [string, T][],
  rules: PageRules,
): { page: T[]; nextToken: string | undefined } {
  const asked = integer(params, 'MaxResults');
  if (asked !== undefined && asked < rules.least) {
    throw invalidValue(
      `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value of at least ${rules.least}.`,
    );
  }
  const withIds = rules.notWith !== undefined && texts(params, rules.notWith).length > 0;
  if (asked !== undefined && withIds) {
    const message = `The parameter ${rules.notWith} cannot be used with the parameter maxResults`;
    throw new ApiError('InvalidParameterCombination', message);
  }
  const after = position(text(params, 'NextToken'));
  const rest = sorted(records).filter(([id]) => after === undefined || rank(id) > after);
  const size = withIds ? rest.length : Math.min(asked ?? MOST, MOST, rules.pageSize);
  const found = rest.slice(0, size);
  const last = found.at(-1);
  const nextToken = last && rest.length > size ? token(last[0]) : undefined;
  return { page: found.map(([, record]) => record), nextToken };
}

/** EC2 gives no order, so here it is one that nobody can mistake for the order of creation. */
function sorted<T>(records: [string, T][]): [string, T][] {
  return records.toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
}

/** A stable text to sort by: a hash (FNV-1a) of the id, then the id. */
function rank(id: string): string {
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return `${hash.toString(16).padStart(8, '0')} ${id}`;
}

/** A token names the last record seen, so records that come or go between two pages shift nothing. */
function token(id: string): string {
  return Buffer.from(rank(id)).toString('base64');
}

function position(given: string | undefined): string | undefined {
  if (!given) return undefined;
  const read = Buffer.from(given, 'base64').toString();
  if (/^[0-9a-f]{8} \w+-[0-9a-f]+$/.test(read)) return read;
  throw new ApiError('InvalidPaginationToken', 'The pagination token is not valid or has expired.');
}
