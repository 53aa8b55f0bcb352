import type { Instance, Reservation } from '@aws-sdk/client-ec2';
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
  return (action, options, send) =>
    pagesOf((token) => caller.call(action, (signal) => send(token, signal), options));
}

/** Page after page, without anybody's patience. */
export async function pagesOf<P extends Page>(
  send: (token: { NextToken?: string }) => Promise<P>,
): Promise<P[]> {
  const pages: P[] = [];
  let token: { NextToken?: string } = {};
  do {
    const page = await send(token);
    pages.push(page);
    token = page.NextToken ? { NextToken: page.NextToken } : {};
  } while (token.NextToken !== undefined);
  return pages;
}

/** All that pages of DescribeInstances name, whatever they were reserved with. */
export function instancesIn(pages: readonly { Reservations?: Reservation[] | undefined }[]): Instance[] {
  return pages
    .flatMap((page) => page.Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? []);
}
