import type { State } from '../state.ts';
import { ApiError } from './errors.ts';
import { type Params, text } from './query.ts';

/** EC2's limit on a client token. */
const LONGEST_TOKEN = 64;

/** What a request may differ in and still be the same one. */
const APART = ['Action', 'Version', 'DryRun', 'ClientToken'];

/**
 * Makes something once for each client token and gives the id of what was made then; the same token with other
 * parameters is refused. Without a token each call makes something.
 */
export function once(state: State, params: Params, action: string, make: () => string): string {
  const token = text(params, 'ClientToken');
  if (token === undefined) return make();
  if (token.length > LONGEST_TOKEN || !/^[\x20-\x7e]+$/.test(token))
    throw new ApiError(
      'InvalidParameterValue',
      `The client token may have ${LONGEST_TOKEN} ASCII characters`,
    );
  const key = `${action} ${token}`;
  const digest = JSON.stringify(Object.entries(params).filter(([name]) => !APART.includes(name)));
  const used = state.tokens.get(key);
  if (used !== undefined && used.digest !== digest) {
    const message = 'The request uses the same client token as a previous, but non-identical request.';
    throw new ApiError('IdempotentParameterMismatch', message);
  }
  if (used !== undefined) return used.id;
  const id = make();
  state.tokens.set(key, { digest, id });
  return id;
}
