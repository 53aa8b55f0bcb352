import { matching } from './format.ts';

/** Part of image names and tags, and typed by people. */
export const targetName = nameOf('target');

/** Kept in the tags of its backups, and shown to people. */
export const scheduleName = nameOf('schedule');

function nameOf(what: 'target' | 'schedule') {
  return matching(/^[a-z0-9][a-z0-9-]{0,39}$/, {
    what: `is not a name for a ${what}`,
    use: 'Use up to 40 lower-case letters, digits and dashes',
  });
}
