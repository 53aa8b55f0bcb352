/**
 * Makes a text one word of a POSIX shell, whatever is in it. The only way by which anything that is not a constant gets
 * into a command. Throws on NUL, which no argument can carry.
 */
export function quoteForShell(text: string): string {
  if (text.includes('\0')) throw new Error('A text with a NUL byte cannot be an argument of a command.');
  return `'${text.replaceAll("'", "'\\''")}'`;
}
