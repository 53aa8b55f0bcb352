import { type Document, isAlias, isNode, LineCounter, type YAMLError } from 'yaml';
import type { Finding, Quote } from '../checks/issue.ts';

/** Where the parts of a YAML file stand, and what was found wrong with them. */
export interface YamlNodes {
  /** To be given to the parser. */
  lines: LineCounter;
  findings: Finding[];
  note(node: unknown, text: string): void;
  noteErrors(errors: readonly YAMLError[]): void;
  /** `targets.yml, line 7`. */
  place(node: unknown): string;
  /** What an alias stands for; any other node as it is. */
  follow(document: Document.Parsed): (node: unknown) => unknown;
}

/** More are of no use: each error of YAML's grammar brings others with it. */
const MOST_ERRORS = 3;

export function createYamlNodes(file: string, quote: Quote): YamlNodes {
  const lines = new LineCounter();
  const findings: Finding[] = [];
  // A file without any line has no place; it is said of its first line then.
  const lineOf = (node: unknown) =>
    isNode(node) && node.range ? Math.max(1, lines.linePos(node.range[0]).line) : 1;
  const at = shownName(file, quote);
  return {
    lines,
    findings,
    note: (node, text) => findings.push({ at, where: `, line ${lineOf(node)}`, text }),
    noteErrors: (errors) => {
      for (const { code, pos } of errors.slice(0, MOST_ERRORS)) {
        const { line, col } = lines.linePos(pos[0]);
        findings.push({ at, where: `, line ${line}, column ${col}`, text: errorInWords(code) });
      }
    },
    place: (node) => `${at}, line ${lineOf(node)}`,
    follow: (document) => (node) => (isAlias(node) ? node.resolve(document) : node),
  };
}

function shownName(file: string, quote: Quote): string {
  return quote(file).slice(1, -1);
}

const WORDS: Record<string, string> = {
  BAD_INDENT: 'the indentation does not fit. Indent the lines of one item alike',
  BLOCK_AS_IMPLICIT_KEY: 'a value begins where a name is expected. Indent it, or put it in quotes',
  DUPLICATE_KEY: 'the same name stands here twice. Remove one of them',
  MISSING_CHAR: 'a quote or bracket is not closed, or the line is not indented like its neighbours. Mend it',
  MULTILINE_IMPLICIT_KEY: 'a name has no value. Write a colon and a space after it',
  MULTIPLE_DOCS: 'a second document begins here. Keep everything in one',
  TAB_AS_INDENT: 'a tab is used to indent. Use spaces',
};

/**
 * From the code alone: the library's own message repeats the line, in which a secret may stand. The codes are listed in
 * the `yaml` package's `ErrorCode`.
 */
function errorInWords(code: string): string {
  const words =
    WORDS[code] ??
    `it is not YAML here (${code.toLowerCase().replaceAll('_', ' ')}). Put the value in quotes`;
  return `${words}.`;
}
