import { MOST_BUILDS, type RefusedUrl } from './builds.ts';

/** Why an address is not taken for a build of this target, as half a sentence behind a colon. Plain text. */
export function refusalInWords(
  { reason, character }: Pick<RefusedUrl, 'reason' | 'character'>,
  circleciUrl: string,
): string {
  const example = `${circleciUrl}/gh/ORG/PROJECT/NUMBER`;
  switch (reason) {
    case 'too-long':
      return 'longer than any build’s address';
    case 'characters':
      return `holds ${character ?? 'a character'}, which no build’s address has`;
    case 'percent':
      return 'holds percent-encoding, which no build’s address needs';
    case 'scheme':
      return `not a web address; type it whole, as ${example}`;
    case 'user':
      return 'holds a user name or password; leave that out';
    case 'host':
      return `not at ${circleciUrl}, which is this target`;
    case 'dots':
      return 'holds . or .. in its path';
    case 'pipeline':
      return `a pipeline of CircleCI Server 3; a build’s address is ${example}`;
    case 'path':
      return `not a build’s address, which is ${example}`;
    case 'name':
      return 'not names that an organization and a project can have';
    case 'number':
      return 'not a build number: those are whole, from 1 to 2147483647, without zeros in front';
    case 'too-many':
      return `one too many: ${MOST_BUILDS} builds can be cleaned up at once; type it in the next command`;
  }
}
