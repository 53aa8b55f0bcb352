import { type Format, matching } from './format.ts';

/** Where a file is; whether it can be read is found out by reading it. */
export const filePath: Format<string> = matching(/\S/, { what: 'is not a path', use: 'Name a file' });
