import { bad, type Format, format, good } from './format.ts';
import { passwordsIn } from './url.ts';

/** A repository as restic names it. It stands in arguments and messages, so it holds no password. */
export const repository: Format<string> = format((text) => {
  if (!/^[\x21-\x7e]{1,500}$/.test(text))
    return bad({ what: 'is not the name of a repository', use: 'Write it as restic does, without blanks' });
  if (/^-/.test(text)) return bad({ what: 'begins with a hyphen', use: 'Write it as restic does' });
  return passwordsIn(text).length === 0
    ? good(text)
    : bad({
        what: 'holds a user name or password',
        use: 'Put them into RESTIC_CREDENTIALS_FILE, as RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD',
      });
});
