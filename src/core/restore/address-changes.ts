import type { RestoreOrder } from './order.ts';
import { type AddressChange, isMachineAddress } from './rewrite-addresses.ts';

/**
 * Which addresses in the machine's files become which, once the machine runs. The public one is the address that people
 * and builders will reach: the Elastic IP where that moves here. What did not change, and what is not known, is left.
 */
export function addressChanges(
  order: Pick<RestoreOrder, 'backup' | 'address'>,
  now: { privateIp?: string; publicIp?: string },
): AddressChange[] {
  const { privateIp, publicIp } = order.backup ?? {};
  return [
    changed(privateIp, now.privateIp),
    changed(publicIp, order.address?.publicIp ?? now.publicIp),
  ].flatMap((change) => change ?? []);
}

function changed(from: string | undefined, to: string | undefined): AddressChange | undefined {
  if (from === undefined || to === undefined || from === to) return undefined;
  return isMachineAddress(from) && isMachineAddress(to) ? { from, to } : undefined;
}

/** What else may hold the old machine's address or host. */
export function oldNeedles(
  order: Pick<RestoreOrder, 'backup' | 'newHost'>,
  changes: readonly AddressChange[],
): string[] {
  const host = order.backup?.hostname;
  return [
    ...changes.map(({ from }) => from),
    ...(order.newHost === undefined || host === undefined || host === order.newHost ? [] : [host]),
  ];
}
