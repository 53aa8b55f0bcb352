import { cut, oneLine } from '../../core/text/text.ts';
import type { Arguments } from './verb.ts';

export type Page = { ok: true; page: number; pages: number; from: number } | { ok: false; reason: string };

/** Which part of `total` rows a `--page` flag asks for; pages count from 1. */
export function pageOf(flags: Arguments['flags'], total: number, size: number): Page {
  const pages = Math.max(1, Math.ceil(total / size));
  const typed = flags.get('page');
  if (typed === undefined) return { ok: true, page: 1, pages, from: 0 };
  const page = /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
  if (page < 1 || page > pages) {
    return {
      ok: false,
      reason: `“${cut(oneLine(typed), 60)}” is not a page: there ${pages === 1 ? 'is 1 page' : `are ${pages} pages`}.`,
    };
  }
  return { ok: true, page, pages, from: (page - 1) * size };
}
