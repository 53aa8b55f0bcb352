import type { MachineWorld } from './harness.ts';

/** A person's terminal on a machine. */
export interface Shell {
  type(text: string): void;
  /** What was printed since the last call, once it matches. */
  until(pattern: RegExp): Promise<string>;
  /** Everything that was printed. */
  seen(): string;
  ended: Promise<void>;
  close(): void;
}

const PATIENCE_MS = 60_000;

export async function openShell(world: MachineWorld, columns = 80): Promise<Shell> {
  const { ssh } = await world.logIn(world.prod.addresses.privateIp);
  const channel = await ssh.requestShell({ term: 'xterm', cols: columns, rows: 24 });
  let all = '';
  let from = 0;
  let wake = () => {};
  channel.setEncoding('utf8');
  channel.on('data', (piece: string) => {
    all += piece;
    wake();
  });
  let isClosed = false;
  const ended = new Promise<void>((resolve) => {
    channel.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  return {
    type: (text) => void channel.write(text),
    async until(pattern) {
      const late = AbortSignal.timeout(PATIENCE_MS);
      while (!pattern.test(all.slice(from))) {
        if (late.aborted || isClosed)
          throw new Error(`It never printed ${pattern}, but ${JSON.stringify(all.slice(from))}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          late.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      const found = all.slice(from);
      from = all.length;
      return found;
    },
    seen: () => all,
    ended,
    close: () => ssh.dispose(),
  };
}

const COLOUR = new RegExp(String.raw`${'\u001b'}\[[0-9;]*m`, 'g');

export function plainText(text: string): string {
  return text.replace(COLOUR, '');
}
