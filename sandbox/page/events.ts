import type { ServerResponse } from 'node:http';

/** Changes closer together than this are told once. */
const COALESCE_MS = 40;

export interface ChangeFeed {
  add(response: ServerResponse): void;
  changed(): void;
  close(): void;
}

/** Tells every open page by server-sent events that there is something new; what it is, the page asks itself. */
export function createChangeFeed(): ChangeFeed {
  const pages = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  return {
    add(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 1000\ndata: changed\n\n');
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    changed() {
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const page of pages) page.write('data: changed\n\n');
      }, COALESCE_MS);
    },
    close() {
      clearTimeout(timer);
      for (const page of pages) page.end();
      pages.clear();
    },
  };
}
