import type { Rendered } from '../../../src/slack/kit/rendered.ts';

/** What a person reads, line by line. */
export function said({ blocks }: Rendered): string[] {
  return textsIn(blocks).flatMap((text) => text.split('\n'));
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  );
}
