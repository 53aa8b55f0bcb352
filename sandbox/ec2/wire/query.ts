import { ApiError, invalidValue, missing } from './errors.ts';

/**
 * A form of EC2's query protocol as a tree: `Filter.1.Name=state` becomes `{ Filter: { 1: { Name: 'state' } } }`.
 * Lists are what has numbers for names; the readers below put them in order.
 */
export type Params = { [name: string]: string | Params };

/** Names become a tree without a prototype, so that no name of a caller can reach one. */
export function parseForm(body: string): Params {
  const root: Params = Object.create(null);
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let at = root;
    for (const name of names) {
      const below = at[name];
      if (typeof below === 'string') throw malformed(path);
      at = below ?? subtree(at, name);
    }
    if (last in at) throw malformed(path);
    at[last] = value;
  }
  return root;
}

function subtree(at: Params, name: string): Params {
  const made: Params = Object.create(null);
  at[name] = made;
  return made;
}

function malformed(path: string): ApiError {
  return new ApiError('MalformedQueryString', `The query string is malformed at ${path}`);
}

/** A scalar, or nothing where it is absent. An empty text is a text. */
export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  if (typeof value === 'object') throw invalidValue(`The parameter ${name} must be a single value`);
  return value;
}

export function required(params: Params, name: string): string {
  const value = text(params, name);
  if (!value) throw missing(name);
  return value;
}

export function flag(params: Params, name: string): boolean {
  const value = text(params, name);
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw invalidValue(`Value (${value}) for parameter ${name} is invalid. Expecting true or false.`);
}

export function integer(params: Params, name: string): number | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) {
    throw invalidValue(`Value (${value}) for parameter ${name} is invalid. Expecting a number.`);
  }
  return Number(value);
}

/** What is below a name; empty where there is nothing. */
export function structure(params: Params, name: string): Params {
  const value = params[name];
  if (value === undefined) return {};
  if (typeof value === 'object') return value;
  throw invalidValue(`The parameter ${name} must be a structure`);
}

/** The entries of a list of scalars, in the order of their numbers. */
export function texts(params: Params, name: string): string[] {
  return entries(params, name).map((entry) => {
    if (typeof entry === 'string') return entry;
    throw invalidValue(`The parameter ${name} must be a list of values`);
  });
}

/** The entries of a list of structures, in the order of their numbers. */
export function structures(params: Params, name: string): Params[] {
  return entries(params, name).map((entry) => {
    if (typeof entry === 'object') return entry;
    throw invalidValue(`The parameter ${name} must be a list of structures`);
  });
}

function entries(params: Params, name: string): (string | Params)[] {
  const list = params[name];
  if (list === undefined || list === '') return [];
  if (typeof list === 'string') throw invalidValue(`The parameter ${name} must be a list`);
  return Object.entries(list)
    .map(([number, entry]): [number, string | Params] => {
      if (!/^\d+$/.test(number)) throw malformed(`${name}.${number}`);
      return [Number(number), entry];
    })
    .sort(([a], [b]) => a - b)
    .map(([, entry]) => entry);
}
