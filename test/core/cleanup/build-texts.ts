/** A generator of its own (mulberry32): a million texts in seconds, and the same ones for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SCHEMES = ['https://', 'http://', 'https://', 'HTTPS://', 'ftp://', 'javascript:', 'https:/', '//', ''];
const HOSTS = [
  'ci.example.com:8443',
  'ci.example.com:8443',
  'ci.example.com:8443',
  'CI.example.com:8443',
  'ci.example.com',
  'evil.example',
  'ci.example.com:8443@evil.example',
  'ci.example.com:8443.evil.example',
  'evil.example\\@ci.example.com:8443',
  'сi.example.com:8443',
];
const KINDS = ['gh', 'bb', 'github', 'bitbucket', 'gh', 'pipelines', 'GH', 'constructor', '..', ''];
const NAMES = [
  'acme',
  'acme-ci',
  'web.app',
  'a_b',
  '..',
  '.',
  '.github',
  'a b',
  'ö',
  '%2e%2e',
  '__proto__',
  '',
];
const NUMBERS = [
  '1',
  '1234',
  '2147483647',
  '2147483648',
  '0',
  '007',
  '-1',
  '1e3',
  '１２',
  '9'.repeat(30),
  '',
];
const TAILS = [
  '',
  '',
  '',
  '/',
  '//',
  '#tests/0',
  '?a=1&amp;b=2',
  '/artifacts',
  '#")(println :x)("',
  '?x=%22',
  '\n',
];
const NASTY = [
  '")(println :x)("',
  '"',
  '\\"',
  '\\',
  '\u0000',
  '\n',
  '\r\n',
  '\t',
  '\u0004',
  '\u001b[A',
  '\u007f',
  ',',
  ' ',
  '<',
  '>',
  '|',
  '<https://',
  '%0a',
  '../../',
  '#_',
  '#=(',
  '`',
  '~@',
  ';',
  '\ud800',
  '\u202e',
  '\u2028',
  '🚀',
  'https://ci.example.com:8443/gh/a/b/1',
];

/** The target of these texts. */
export const AT = 'https://ci.example.com:8443';

/** A text that is a build's address, nearly one, or several with something nasty in between. */
export function createBuildTexts(seed: number): () => string {
  const random = randomOf(seed);
  const one = (of: readonly string[]) => of[random(of.length)] ?? '';

  function address(): string {
    return `${one(SCHEMES)}${one(HOSTS)}/${one(KINDS)}/${one(NAMES)}/${one(NAMES)}/${one(NUMBERS)}${one(TAILS)}`;
  }

  /** Two in three are right but for what is done to them afterwards. */
  function right(): string {
    return `${AT}/${one(['gh', 'bb', 'github'])}/acme/web-${random(100)}/${1 + random(100_000)}`;
  }

  function damaged(text: string): string {
    const at = random(text.length + 1);
    switch (random(5)) {
      case 0:
        return text.slice(0, at) + one(NASTY) + text.slice(at);
      case 1:
        return text.slice(0, at) + String.fromCharCode(random(0x3000)) + text.slice(at + 1);
      case 2:
        return text.slice(0, at) + String.fromCharCode(random(128)) + text.slice(at);
      case 3:
        return `<${text}|${one(NASTY)}>`;
      default:
        return text;
    }
  }

  return () => {
    let text = random(3) === 0 ? address() : right();
    for (let n = random(3); n > 0; n -= 1) text = damaged(text);
    return random(8) === 0 ? `${text}${one([' ', ',', '\n', '', '<', '> '])}${right()}` : text;
  };
}
