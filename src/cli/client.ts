import { request } from 'node:http';
import { EXIT, type Order, PATH, type Told } from './protocol.ts';

/** Between two signs of life, in ms; the bot gives one each few seconds. */
const SILENT_MS = 30_000;
/** Nobody listens there: no bot runs, or one that was killed has left its socket behind. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED']);

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** Has the running bot carry out a command line. Gives the exit code; undefined where no bot listens at the socket. */
export function askBot(socket: string, order: Order, streams: Streams): Promise<number | undefined> {
  return new Promise((resolve) => {
    let exit: number | undefined;
    const failed = (text: string) => {
      streams.err(`${text}\n`);
      resolve(EXIT.failed);
    };
    const asking = request(
      { socketPath: socket, path: PATH, method: 'POST', timeout: SILENT_MS, agent: false },
      (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) exit = hear(line, streams) ?? exit;
        });
        response.on('error', () => {});
        response.on('close', () =>
          exit === undefined
            ? failed('The bot stopped before it had answered. What it began goes on when it runs again.')
            : resolve(exit),
        );
      },
    );
    asking.on('timeout', () => asking.destroy(new Error(`it has said nothing for ${SILENT_MS / 1000} s`)));
    asking.on('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY.has(error.code ?? '')) return resolve(undefined);
      if (error.code === 'EACCES')
        return failed(
          `The bot’s socket ${socket} is for its own user alone. Type it as that user, with sudo -u.`,
        );
      failed(`The bot did not answer at ${socket}: ${error.message}. Its log says more.`);
    });
    asking.end(JSON.stringify(order));
  });
}

function hear(line: string, { out, err }: Streams): number | undefined {
  const told: Told = JSON.parse(line);
  if ('out' in told) out(told.out);
  if ('err' in told) err(told.err);
  return 'exit' in told ? told.exit : undefined;
}
