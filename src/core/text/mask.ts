const HIDDEN = '…';

/** What people may see of a line besides names: an address, and what is shown in its place. */
export interface Piece {
  /** Where it stands in the line, in UTF-16 units. */
  from: number;
  to: number;
  text: string;
}

/** Names as environments have them. Digits stand at the end of a word only, so that no key in base32 or hex is one. */
const WORD = '[A-Z]{1,20}[0-9]{0,2}';
const NAME = `${WORD}(?:_${WORD}){0,9}|(?:https?|ftp|all|no)_proxy`;
/** `==` is the end of something in base64. */
const SETS = new RegExp(`^[ \\t#;]*(?:export[ \\t]+)?(${NAME})[ \\t]*\\+?=(?!=)`);
/** A variable handed to a container, up to the address in its value. */
const HANDS_ON = new RegExp(`(?:^|[\\s"'])(?:-e|--env)[ =](${NAME})=(?!=)[^\\s"']*$`);

/** Farther away from its start or from its value no name is looked for. */
const NEAR = 400;
/** More addresses than these in one line are not shown one by one. */
const MOST_PIECES = 20;

/** The variable that a line sets, where it sets one. */
export function nameIn(line: string): string | undefined {
  return SETS.exec(line.slice(0, NEAR))?.[1];
}

/**
 * A line of a configuration file with the names of variables, the pieces, and nothing else of it: anything else may be
 * secret, and no list of what secrets look like is ever whole. What is left out is one `…`. The pieces are in the order of
 * the line and do not overlap.
 */
export function maskedLine(line: string, pieces: readonly Piece[]): string {
  const shown: string[] = [];
  let end = 0;
  const show = ({ from, to, text }: Piece) => {
    if (line.slice(end, from).trim() !== '' && shown.at(-1) !== HIDDEN) shown.push(HIDDEN);
    shown.push(text);
    end = to;
  };
  const [set = '', name] = SETS.exec(line.slice(0, NEAR)) ?? [];
  if (name !== undefined) {
    shown.push(`${name}=`);
    end = set.length;
  }
  for (const piece of pieces.slice(0, MOST_PIECES)) {
    const head = line.slice(Math.max(end, piece.from - NEAR), piece.from);
    const handed = HANDS_ON.exec(head);
    if (handed?.[1] !== undefined) {
      const at = piece.from - head.length + handed.index;
      const from = line.indexOf(`${handed[1]}=`, at);
      show({ from, to: from + handed[1].length + 1, text: `${handed[1]}=` });
    }
    show(piece);
  }
  if (line.slice(end).trim() !== '') shown.push(HIDDEN);
  return shown.join('');
}
