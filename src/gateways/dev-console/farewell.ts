/** What bash says when it ends, behind the line that tells why. */
export function isFarewell(line: string): boolean {
  return line === 'exit' || line === 'logout';
}
