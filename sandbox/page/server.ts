import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { pageActions } from './actions.ts';
import { type Answer, ok, refusal } from './answer.ts';
import { loadAssets } from './assets.ts';
import { createChangeFeed } from './events.ts';
import { readJson, refuseForeignHost, refuseForeignPost } from './guard.ts';
import type { PageOptions } from './page-options.ts';
import { snapshot } from './page-state.ts';

export type { PageExtra, PageOptions } from './page-options.ts';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface Page {
  /** `http://127.0.0.1:PORT/` */
  url: string;
  close(): Promise<void>;
}

/** Serves the workspace as a web page on 127.0.0.1. */
export async function createPage(options: PageOptions): Promise<Page> {
  const assets = await loadAssets();
  const actions = pageActions(options);
  const feed = createChangeFeed();

  const post = async (request: IncomingMessage, path: string): Promise<Answer> => {
    const foreign = refuseForeignPost(request);
    if (foreign) return foreign;
    const action = actions[path];
    if (action === undefined) return refusal(404, 'There is nothing at this address.');
    const body = await readJson(request);
    if ('refused' in body) return body.refused;
    try {
      return await action(body.json);
    } catch (error) {
      if (error instanceof ZodError) return refusal(400, 'The body has the wrong shape.');
      return refusal(502, error instanceof Error ? error.message : String(error));
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox.invalid');
    const foreign = refuseForeignHost(request);
    if (foreign) return sendAnswer(response, foreign);
    if (request.method === 'POST') return sendAnswer(response, await post(request, pathname));
    if (request.method !== 'GET') return sendAnswer(response, refusal(405, 'Only GET and POST.'));
    if (pathname === '/events') return feed.add(response);
    if (pathname === '/state') {
      const ask = (name: string) => searchParams.get(name) ?? '';
      const asked = { user: ask('user'), channel: ask('channel'), thread: ask('thread') };
      return sendAnswer(response, ok(snapshot(options, asked)));
    }
    const asset = assets.get(pathname);
    if (asset === undefined) return sendAnswer(response, refusal(404, 'There is nothing at this address.'));
    response.writeHead(200, { ...HEADERS, 'content-type': asset.contentType }).end(asset.bytes);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendAnswer(response, refusal(500, error instanceof Error ? error.message : String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const unsubscribe = options.slack.onChange(feed.changed);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      unsubscribe();
      feed.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function sendAnswer(response: ServerResponse, { status, body }: Answer): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}
