import type { Params } from '../params.ts';
import type { SlackState } from '../state.ts';

/** A Web API method: returns the answer's fields beside `ok`, or throws a SlackError. */
export type Method = (params: Params, state: SlackState) => Record<string, unknown>;
