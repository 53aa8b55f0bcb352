import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export interface Asset {
  contentType: string;
  bytes: Buffer;
}

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of `assets/` by URL path; what is not in the map does not exist, whatever the path says. */
export async function loadAssets(): Promise<Map<string, Asset>> {
  const folder = new URL('./assets/', import.meta.url);
  const assets = new Map<string, Asset>();
  for (const name of await readdir(folder, { recursive: true })) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue;
    assets.set(`/${name}`, { contentType, bytes: await readFile(new URL(name, folder)) });
  }
  const index = assets.get('/index.html');
  if (index === undefined)
    throw new Error('The page of the sandbox is incomplete: assets/index.html is missing.');
  return assets.set('/', index);
}
