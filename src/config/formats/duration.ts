import { parseDuration } from '../../core/time/duration.ts';
import { bad, type Format, format, good } from './format.ts';

/** A duration in ms between two others, both included; the limits are given as a person would write them. */
export function duration(least: string, most: string): Format<number> {
  const min = parseDuration(least) ?? 0;
  const max = parseDuration(most) ?? Number.MAX_SAFE_INTEGER;
  return format((text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad({ what: 'is not a duration', use: 'Use a number and a unit' });
    if (ms < min || ms > max)
      return bad({ what: `is not between ${least} and ${most}`, use: 'Use a number and a unit' });
    return good(ms);
  });
}
