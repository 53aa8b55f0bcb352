import { LINE_MAX, oneLine } from '../../core/text/text.ts';

/** Of a shell function: puts into `room` what is free on the file system of `$path`, before what was begun is removed. */
export const FREE_ROOM = `room=$(df -Pk "\${path%/*}/" 2> /dev/null | sed 's/^/space /'
    df -Pi "\${path%/*}/" 2> /dev/null | sed 's/^/inodes /')`;

/** What a file system has none of any more. */
export interface NoRoom {
  device: string;
  mountedAt: string;
  lacks: 'space' | 'inodes';
}

/** A file system may keep some blocks for itself; a file of settings needs no more than this. */
const FULL_KIB = 64;

/** Reads what `FREE_ROOM` found; undefined where there is room. A file system without a number of inodes shows 0 of 0. */
export function readNoRoom(room: string): NoRoom | undefined {
  for (const line of room.split('\n')) {
    if (!line.startsWith('space ') && !line.startsWith('inodes ')) continue;
    const [lacks, device = '', total, , free, , ...at] = line.split(' ').filter((word) => word !== '');
    const place = { device: oneLine(device, LINE_MAX), mountedAt: oneLine(at.join(' '), LINE_MAX) };
    if (![total, free].every((count) => /^\d{1,18}$/.test(count ?? '')) || !place.mountedAt.startsWith('/'))
      continue;
    if (lacks === 'space' && Number(free) < FULL_KIB) return { ...place, lacks };
    if (lacks === 'inodes' && Number(total) > 0 && Number(free) === 0) return { ...place, lacks };
  }
  return undefined;
}
