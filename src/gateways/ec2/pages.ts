import type { CallOptions } from '../../core/ports/ec2-call.ts';
import type { Caller } from './calls.ts';

interface Page {
  NextToken?: string | undefined;
}

/** Asks for page after page; each call has its own patience. */
export type AllPages = <P extends Page>(
  action: string,
  options: CallOptions,
  send: (token: { NextToken?: string }, signal: AbortSignal) => Promise<P>,
) => Promise<P[]>;

export function createPages(caller: Caller): AllPages {
  return async <P extends Page>(
    action: string,
    options: CallOptions,
    send: (token: { NextToken?: string }, signal: AbortSignal) => Promise<P>,
  ) => {
    const pages: P[] = [];
    let token: { NextToken?: string } = {};
    do {
      const page = await caller.call(action, (signal) => send(token, signal), options);
      pages.push(page);
      token = page.NextToken ? { NextToken: page.NextToken } : {};
    } while (token.NextToken !== undefined);
    return pages;
  };
}
