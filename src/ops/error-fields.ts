import { isNativeError } from 'node:util/types';

/** Deep enough for every chain of ours, and an end for one that bites its own tail. */
const DEEPEST = 6;

/** What else of an error is worth a line: codes, and our own data. Never whole objects of a library: they hold requests. */
const KEPT = ['code', 'errcode', 'statusCode', 'problem', 'requestId'] as const;

export interface ErrorFields {
  type: string;
  message: string;
  stack?: string;
  cause?: ErrorFields;
  /** Of an AggregateError, e.g. each address that refused a connection. */
  errors?: ErrorFields[];
  [key: string]: unknown;
}

/** An error as data for the log, with its chain of causes. Anything may have been thrown. */
export function errorFields(error: unknown, depth = 1): ErrorFields {
  if (!isNativeError(error)) return { type: typeof error, message: textOf(error) };
  const fields: ErrorFields = { type: error.name, message: error.message };
  for (const key of KEPT) if (key in error) fields[key] = Reflect.get(error, key);
  if (error.stack !== undefined) fields.stack = error.stack;
  if (depth >= DEEPEST) return fields;
  if (error.cause !== undefined) fields.cause = errorFields(error.cause, depth + 1);
  if ('errors' in error && Array.isArray(error.errors)) {
    fields.errors = error.errors.slice(0, DEEPEST).map((each) => errorFields(each, depth + 1));
  }
  return fields;
}

function textOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return 'an object that is no error';
  }
}
