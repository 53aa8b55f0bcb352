import { matching } from './format.ts';

/** Part of image names and tags, and typed by people. */
export const targetName = matching(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  what: 'is not a name for a target',
  use: 'Use up to 40 lower-case letters, digits and dashes',
});
