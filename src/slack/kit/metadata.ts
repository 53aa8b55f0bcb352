import type { z } from 'zod';

/** What a form of this version remembers of itself (`private_metadata`); undefined for any other text. */
export function readMetadata<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
