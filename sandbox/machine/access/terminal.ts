import type { Duplex } from 'node:stream';

/** A pseudo-terminal from its inner side: lines come out of it, text goes into it, and it echoes what is typed. */
export interface Terminal {
  columns: number;
  /** Off after `stty -echo`. */
  echo: boolean;
  /** While a line editor reads at a prompt, what it echoes breaks at the terminal's width where that is on. */
  wraps: boolean;
  /** Line ends become `\r\n`. */
  print(text: string): void;
  /** The next line without its end; undefined after Ctrl-D on an empty line, or when the client has gone. */
  line(): Promise<string | undefined>;
  /** Whether the line given last was ended by Ctrl-C, and so counts as nothing. */
  interrupted(): boolean;
}

const ETX = '\u0003';
const EOT = '\u0004';
const BACKSPACE = ['\b', '\u007f'];
const COLOUR = new RegExp(String.raw`${'\u001b'}\[[0-9;]*m`, 'g');
const KILL_LINE = '\u0015';

/** The line discipline of a terminal over a channel: type-ahead is kept and echoed when it comes, as a kernel does. */
export function createTerminal(channel: Duplex, columns: number): Terminal {
  const lines: { text: string; interrupted?: boolean; end?: boolean }[] = [];
  let waiting: (() => void) | undefined;
  let typed = '';
  let column = 0;
  let wasReturn = false;
  let lastInterrupted = false;
  let ended = false;
  let echoing: string | undefined;

  const terminal: Terminal = {
    columns,
    echo: true,
    wraps: false,
    print(text) {
      const out = text.replace(/\r?\n/g, '\r\n');
      // Colours take no room.
      const bare = out.split('\n').at(-1)?.replace(COLOUR, '') ?? '';
      column = out.includes('\n') ? bare.length : column + bare.length;
      put(out);
    },
    async line() {
      while (lines.length === 0) {
        if (ended) return undefined;
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      const next = lines.shift();
      lastInterrupted = next?.interrupted === true;
      return next === undefined || next.end === true ? undefined : next.text;
    },
    interrupted: () => lastInterrupted,
  };

  /** What is typed at once is echoed at once. */
  function put(text: string): void {
    if (echoing !== undefined) echoing += text;
    else if (channel.writable) channel.write(text);
  }

  function give(line: (typeof lines)[number]): void {
    lines.push(line);
    typed = '';
    waiting?.();
  }

  function show(text: string): void {
    if (!terminal.echo) return;
    for (const char of text) {
      // As readline breaks a line it edits: a blank in the next row, and back.
      if (terminal.wraps && column > 0 && column % terminal.columns === 0) put(' \r');
      put(char);
      column += 1;
    }
  }

  function key(char: string): void {
    if (char === '\n' && wasReturn) {
      wasReturn = false;
      return;
    }
    wasReturn = char === '\r';
    if (char === '\r' || char === '\n') {
      if (terminal.echo) terminal.print('\n');
      give({ text: typed });
    } else if (char === ETX) {
      terminal.print('^C\n');
      give({ text: '', interrupted: true });
    } else if (char === EOT) {
      give(typed === '' ? { text: '', end: true } : { text: typed });
    } else if (BACKSPACE.includes(char)) {
      if (typed === '') return;
      typed = typed.slice(0, -1);
      if (terminal.echo) put('\b \b');
    } else if (char === KILL_LINE) {
      typed = '';
    } else if (char === '\u001b' || char >= ' ' || char === '\t') {
      typed += char;
      show(char === '\u001b' ? '^[' : char);
    }
  }

  const decoder = new TextDecoder();
  channel.on('data', (chunk: Buffer) => {
    echoing = '';
    for (const char of decoder.decode(chunk, { stream: true })) key(char);
    const echoed = echoing;
    echoing = undefined;
    if (echoed !== '') put(echoed);
  });
  const end = () => {
    ended = true;
    waiting?.();
  };
  channel.on('end', end);
  channel.on('close', end);
  return terminal;
}
