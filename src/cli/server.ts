import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Log } from '../core/ports/log.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { EXIT, type Order, PATH, PROTOCOL, type Told } from './protocol.ts';

/** A server on a socket of the file system, which only its own user can open. */
export type Serve = (
  answer: (
    asked: { method: string; path: string; body: Buffer },
    request: IncomingMessage,
    response: ServerResponse,
  ) => void,
) => { start(at: { socket: string }): Promise<unknown>; stop(): Promise<void> };

export interface CommandServer {
  /** Rejects where nothing can listen at this path. What lies there is a socket that a process before has left behind. */
  start(socket: string): Promise<void>;
  /** Resolves when nothing is being answered. */
  idle(): Promise<void>;
  /** Takes nothing new, breaks off what is waited for, and lets the rest be answered. */
  stop(): Promise<void>;
}

/** Whoever waits hears from the bot this often, in wall ms: a silent connection is cut. */
const ALIVE_EVERY_MS = 5_000;

const order = z.object({
  protocol: z.literal(PROTOCOL),
  version: z.string().max(100),
  args: z.array(z.string().max(100_000)).max(2_000),
  osUser: z.string().regex(/^[a-z_][\w.@\\-]{0,63}$/i),
  width: z.int().min(1).exactOptional(),
  color: z.boolean(),
}) satisfies z.ZodType<Order>;

/** The second door: what is typed on the command line comes here as the words that were typed, and goes back as text. */
export function createCommandServer(
  deps: AnswerDeps & { serve: Serve; log: Log; version: string },
): CommandServer {
  const { serve, log, version, wall } = deps;
  const stopping = new AbortController();
  const open = new Set<Promise<void>>();

  const server = serve(({ method, path, body }, _request, response) => {
    const tell = (told: Told) => void response.write(`${JSON.stringify(told)}\n`);
    const end = (text: string) => {
      tell({ err: `${text}\n` });
      tell({ exit: EXIT.failed });
      response.end();
    };
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (method !== 'POST' || path !== PATH)
      return end(`This is the command socket of circleci-backup ${version}.`);
    const read = order.safeParse(jsonIn(body.toString()));
    if (!read.success) return end(notUnderstood(body.toString(), version));
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const work = carryOut(read.data, tell, AbortSignal.any([stopping.signal, gone.signal]))
      .then((exit) => tell({ exit }))
      .catch((error: unknown) => {
        if (stopping.signal.aborted)
          return tell({ err: 'The bot is being stopped; what it began goes on when it runs again.\n' });
        if (!gone.signal.aborted) log.error({ err: error }, 'a command line could not be answered');
        tell({ err: 'Something the bot does not know went wrong; its log has the details.\n' });
      })
      .finally(() => {
        response.end();
        open.delete(work);
      });
    open.add(work);
  });

  async function carryOut(typed: Order, tell: (told: Told) => void, signal: AbortSignal): Promise<number> {
    const answered = new AbortController();
    const alive = (async () => {
      for (;;) {
        await wall.sleep(ALIVE_EVERY_MS, answered.signal);
        if (answered.signal.aborted) return;
        tell({});
      }
    })();
    try {
      return await answer(typed, tell, deps, signal);
    } finally {
      answered.abort();
      await alive;
    }
  }

  return {
    async start(socket) {
      await server.start({ socket });
    },
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
    async stop() {
      stopping.abort();
      await server.stop();
      await Promise.all(open);
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Another version may speak otherwise: then it is that which is said. */
function notUnderstood(body: string, version: string): string {
  const said = z.object({ protocol: z.number(), version: z.string().max(100) }).safeParse(jsonIn(body));
  return said.success && said.data.protocol !== PROTOCOL
    ? `This is circleci-backup ${said.data.version}, and the bot that runs is ${version}: they do not understand each other. Use the program of the bot’s version, or start the bot again with this one.`
    : `The bot (circleci-backup ${version}) could not read what was asked.`;
}
