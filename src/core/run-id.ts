/** Letters and digits that are not mistaken for one another when read aloud or typed at night. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** `bk-20261123-0314-x4qz`: kind, UTC minute, four random characters. Sorts by time, and is typed by people. */
export function newRunId(prefix: 'bk', nowMs: number, random: () => number): string {
  const iso = new Date(nowMs).toISOString();
  const tail = Array.from({ length: 4 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
  return `${prefix}-${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 16).replace(':', '')}-${tail}`;
}

const PATTERN = /^bk-\d{8}-\d{4}-[a-z2-9]{4}$/;

export function isRunId(text: string): boolean {
  return PATTERN.test(text);
}
