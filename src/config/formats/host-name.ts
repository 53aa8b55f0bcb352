import { type Format, matching } from './format.ts';

/** A host's name or address to listen on. */
export const hostName: Format<string> = matching(/^[\w.:-]+$/, {
  what: 'is not a host or address',
  use: 'Name an address of this machine',
});
