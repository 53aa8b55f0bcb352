const MASK = '***';

/** Names whose values nobody may read in a message. */
const SECRET_NAME = '[\\w.-]*(?:TOKEN|PASS|PWD|SECRET|KEY|CREDENTIAL|AUTH)[\\w.-]*';

/** A value as shells read it: quoted pieces and plain ones. A quote without its end hides the rest of the line. */
const VALUE = `(?:"(?:[^"\\\\]|\\\\.)*(?:"|$)|'[^']*(?:'|$)|[^\\s"'])+`;

const ASSIGNED = new RegExp(`(?<![\\w.-])(${SECRET_NAME})(\\s*[=:]\\s*|["']\\s*:\\s*)${VALUE}`, 'gi');
const OPTION = new RegExp(`(--${SECRET_NAME}\\s+)${VALUE}`, 'gi');
const IN_URL = /(:\/\/)[^\s/@"']*@/g;

/**
 * Takes the secrets out of a line of a configuration file, so that people may see what else is on it: values of TOKEN,
 * PASSWORD, SECRET, KEY and their kind, and names and passwords in URLs. Where a value ends is a matter of the program
 * that reads it, so that in doubt more of the line is hidden.
 */
export function maskSecrets(line: string): string {
  return line
    .replace(ASSIGNED, (_all, name: string, between: string) => `${name}${between}${MASK}`)
    .replace(OPTION, (_all, option: string) => `${option}${MASK}`)
    .replace(IN_URL, (_all, scheme: string) => `${scheme}${MASK}@`);
}
