import type { ServerResponse } from 'node:http';
import { type Log, noLog } from '../core/ports/log.ts';
import { createHttpServer } from './http-server.ts';
import type { RenderedMetrics } from './metrics.ts';

export interface HealthCheck {
  name: string;
  ok: boolean;
  /** In words, shown to whoever may ask; no secrets. */
  detail: string;
}

export interface HealthServer {
  /** Rejects when the port is taken. Gives the port, for `port: 0`. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** An orchestrator's own limit is often a few seconds; an answer that says what hangs should come before. */
const LIMIT_MS = 2000;
const PATHS = ['/livez', '/readyz', '/healthz', '/metrics'];

/**
 * `GET /livez`: 200 while the process answers, whatever others do: what restarts the bot asks this. `GET /readyz`: 200 once it has
 * started. `GET /healthz`, for people and alarms: 200 or 503 with `{status: 'ok'|'failing', version, checks: HealthCheck[]}`. `GET
 * /metrics`: Prometheus' text.
 * HEAD as GET without the body, 405 for other methods, 404 for other paths.
 */
export function createHealthServer(options: {
  /** The address to listen on; all addresses when missing. */
  host?: string;
  port: number;
  metrics: Pick<RenderedMetrics, 'render'>;
  checks: () => Promise<HealthCheck[]>;
  /** Whether the bot has started. */
  isReady: () => boolean;
  version: string;
  /** For all checks together, in ms. */
  limitMs?: number;
  log?: Log;
}): HealthServer {
  const { host = '0.0.0.0', port, metrics, checks, version, limitMs = LIMIT_MS, log = noLog } = options;
  let running: Promise<HealthCheck[]> | undefined;

  // Probes that come while checks hang join these, and do not pile up more of them.
  const checkOnce = (): Promise<HealthCheck[]> => {
    running ??= (async () => checks())().finally(() => {
      running = undefined;
    });
    return running;
  };

  const health = async (): Promise<Answer> => {
    const results = await within(limitMs, checkOnce()).catch((error: unknown): HealthCheck[] => {
      log.error({ err: error }, 'The health checks failed.');
      return [{ name: 'checks', ok: false, detail: 'could not be made; the log says why' }];
    });
    const found = results ?? [{ name: 'checks', ok: false, detail: `no answer within ${limitMs / 1000} s` }];
    const ok = found.every((check) => check.ok);
    return json(ok ? 200 : 503, { status: ok ? 'ok' : 'failing', version, checks: found });
  };

  const route = async (method: string, path: string): Promise<Answer> => {
    if (!PATHS.includes(path)) return json(404, { error: `There are ${PATHS.join(', ')}.` });
    if (method !== 'GET' && method !== 'HEAD') {
      return { ...json(405, { error: 'Only GET and HEAD.' }), headers: { allow: 'GET, HEAD' } };
    }
    if (path === '/livez') return json(200, { status: 'ok', version });
    if (path === '/readyz') {
      const ready = options.isReady();
      return json(ready ? 200 : 503, { status: ready ? 'ok' : 'starting', version });
    }
    if (path === '/healthz') return health();
    const { contentType, body } = await metrics.render();
    return { status: 200, contentType, body };
  };

  const server = createHttpServer(
    ({ method, path }, _request, response) => {
      void route(method, path)
        .catch((error: unknown) => {
          log.error({ err: error, path }, 'A request to the health server failed.');
          return json(500, { error: 'The log says why.' });
        })
        .then((answer) => send(response, answer, method === 'HEAD'));
    },
    { log },
  );

  return {
    start: () => server.start({ port, host }),
    // A scraper keeps its connection open for the next time, which will not come.
    stop: () => server.stop({ now: true }),
  };
}

interface Answer {
  status: number;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
}

function json(status: number, data: unknown): Answer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(data)}\n` };
}

function send(response: ServerResponse, answer: Answer, headOnly: boolean): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...answer.headers,
  });
  response.end(headOnly ? undefined : answer.body);
}

/** undefined when the time is over first. In wall-clock time: whoever probes does not share our clock. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
