import type { CallOptions } from '../../core/ports/ec2-call.ts';

/** A person waits for the answer: EC2 gets a little patience, and the rest is said. */
export function readingOptions(): CallOptions {
  return { signal: new AbortController().signal, patienceMs: 15_000 };
}
