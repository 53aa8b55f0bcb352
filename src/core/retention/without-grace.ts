import type { Target } from '../model/target.ts';

/** The target as if nothing had to wait: what retention would delete in the end, it would delete now. */
export function withoutGrace<T extends Pick<Target, 'keepFailedMs' | 'deleteGraceMs'>>({
  deleteGraceMs: _grace,
  ...target
}: T): Omit<T, 'deleteGraceMs'> {
  return { ...target, keepFailedMs: 0 };
}
