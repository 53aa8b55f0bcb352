const ESC = '\u001b';
const BELL = '\u0007';

/** Colours and movements of the cursor (CSI), titles (OSC), and the short sequences of VT100. */
const SEQUENCE = new RegExp(
  [
    String.raw`${ESC}\[[0-?]*[ -/]*[@-~]`,
    String.raw`${ESC}\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\)`,
    `${ESC}[ -/]+[0-~]`,
    String.raw`${ESC}[0-Z\\^-~]`,
  ].join('|'),
  'g',
);
/** Everything else that prints nothing. */
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;
/** Longer is no sequence, only a stray escape. */
const LONGEST_SEQUENCE = 200;

/** What a terminal prints, piece by piece, without what only steers it. A sequence may lie across two pieces. */
export function createPlainText(): (piece: string) => string {
  let held = '';
  return (piece) => {
    const text = (held + piece).replace(SEQUENCE, '');
    const at = text.indexOf(ESC, Math.max(0, text.length - LONGEST_SEQUENCE));
    held = at < 0 ? '' : text.slice(at);
    return text.slice(0, text.length - held.length).replace(CONTROL, '');
  };
}
