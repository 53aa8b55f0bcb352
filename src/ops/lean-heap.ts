import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by half of what is in use before V8 collects, where it would by several times as much: a fleet that
 * begins at once leaves garbage of 300 MB beside 80 MB that are in use, and the process keeps it for good. For a process
 * that is the bot and nothing else, before it does anything.
 */
export function leanHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
