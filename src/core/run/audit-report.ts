import { counted, listInWords } from '../text/words.ts';

/** A row's number and its hash, in hex, as `verify` and the log name it. */
export interface AuditPlace {
  seq: number;
  hash: string;
}

export type AuditBreak =
  /** The row does not follow from the one before: it was changed, or others were removed before it. */
  | { what: 'row'; seq: number }
  /** The rows end before the last one that was written. */
  | { what: 'end'; seq: number; last: number }
  /** The mark of the last row is missing or names an earlier one, so that nothing shows whether the end was cut off. */
  | { what: 'mark'; seq: number }
  /** The archive in this file is not the rows that were moved out. */
  | { what: 'archive'; file: string; seq: number }
  /** The row is another one than the log named, or it is not there. */
  | { what: 'logged'; seq: number };

/** What the audit's chain of hashes shows. */
export interface AuditReport {
  /** Rows in the database. */
  rows: number;
  /** Rows in archives that were read and belong to the chain. */
  archived: number;
  /** Rows that were archived and whose files are not in the data folder, from and to. */
  elsewhere: [from: number, to: number][];
  last?: AuditPlace;
  broken?: AuditBreak;
}

/** What the audit's chain shows, for people. `lines` are plain text. */
export interface AuditWords {
  isWhole: boolean;
  headline: string;
  lines: string[];
}

export function auditInWords(report: AuditReport, logged?: AuditPlace): AuditWords {
  const { rows, archived, elsewhere, last, broken } = report;
  const away = elsewhere.map(([from, to]) => `${from} to ${to}`);
  return {
    isWhole: broken === undefined,
    headline:
      broken === undefined
        ? `The audit log is whole: ${counted(rows + archived, 'row')} follow one another.`
        : `The audit log is NOT whole. ${breakInWords(broken)}`,
    lines: [
      ...(last === undefined ? [] : [`The last row is ${last.seq}, with the hash ${last.hash}.`]),
      ...(archived === 0 ? [] : [`${counted(archived, 'row')} of them are in files of the data folder.`]),
      ...(away.length === 0
        ? []
        : [
            `The archives of rows ${listInWords(away)} are not in the data folder, so they were not checked.`,
          ]),
      ...(logged === undefined || broken !== undefined || isIn(elsewhere, logged.seq)
        ? []
        : [`Row ${logged.seq} is the one that the log names.`]),
      broken === undefined
        ? 'Whoever can write the database could make a whole new audit log. The bot’s log names each row as it was written (“audit row written”, with number and hash): compare one that was kept elsewhere with --logged number:hash.'
        : 'Somebody changed the database, or it was put back from a copy. Keep it as it is, and compare it with the bot’s log, which names each row with its number and hash.',
    ],
  };
}

function breakInWords(broken: AuditBreak): string {
  switch (broken.what) {
    case 'row':
      return `Row ${broken.seq} does not follow from the one before: it was changed, or rows before it were removed.`;
    case 'end':
      return `It ends at row ${broken.seq}, and row ${broken.last} was the last one that the bot wrote.`;
    case 'mark':
      return `It ends at row ${broken.seq}, and the mark that names the last row does not say so: rows may have been cut off there.`;
    case 'archive':
      return `The file ${broken.file} is not what was archived, from row ${broken.seq} on.`;
    case 'logged':
      return `Row ${broken.seq} is not the one that the log names, or it is not there.`;
  }
}

function isIn(ranges: readonly [number, number][], seq: number): boolean {
  return ranges.some(([from, to]) => seq >= from && seq <= to);
}

/** `17:<64 hex digits>`, a row as the log names it. */
export function readAuditPlace(text: string): AuditPlace | undefined {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash: hash.toLowerCase() };
}
