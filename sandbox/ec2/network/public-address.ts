/** From the blocks kept for documentation (RFC 5737), so that no example is anybody's address. */
export function publicAddress(count: number): string {
  return `203.0.113.${(count % 200) + 40}`;
}
