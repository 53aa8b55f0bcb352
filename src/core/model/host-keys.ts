/** A host key as a machine's console told of it. */
export interface HostKey {
  /** `SHA256:` and 43 characters of base64, as `ssh-keygen -lf` prints it. */
  fingerprint: string;
  /** `ED25519`, `ECDSA`, `RSA`, `DSA`: a machine has one of each at the most. */
  type: string;
}

/** What a console tells of its machine's host keys. `contradiction`: several things that cannot all be true. */
export type ConsoleKeys =
  | { kind: 'none' }
  | { kind: 'keys'; keys: HostKey[] }
  | { kind: 'contradiction'; fingerprints: string[] };

type BlockKind = 'FINGERPRINTS' | 'KEYS';

interface Block {
  kind: BlockKind;
  keys: HostKey[];
}

/**
 * What may stand before what cloud-init prints: the kernel's time, syslog's priority and time (with the host or without),
 * the program. Nothing else: `login: -----BEGIN …` is what somebody typed.
 */
const STAMP = '(?:\\[ {0,11}\\d{1,9}\\.\\d{1,9}\\] )?(?:<\\d{1,3}>)?';
const DATE = '(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d |\\d{4}-\\d\\d-\\d\\dT[\\d:.+Z-]{8,21} )';
const PROGRAM = '(?:(?:ec2|cloud-init|ci-info)(?:\\[\\d{1,7}\\])?: ?)';
const BEFORE = `^(?:${STAMP}${PROGRAM}?)?${STAMP}(?:${DATE}(?:[\\w.-]{1,64} )?)?${PROGRAM}?`;

const MARK = new RegExp(`${BEFORE}-----(BEGIN|END) SSH HOST KEY (FINGERPRINTS|KEYS)-----$`);
/** `256 SHA256:… root@ip-10-20-1-12 (ED25519)`. Forms with MD5 are ignored: nothing compares them any more. */
const FINGERPRINT = new RegExp(
  `${BEFORE}\\d{3,5} (SHA256:[A-Za-z0-9+/]{43})(?: [^\\r\\n]{0,200})? \\(([A-Z0-9-]{1,16})\\)$`,
);
/** `ssh-ed25519 AAAA… root@ip-10-20-1-12` */
const KEY = new RegExp(
  `${BEFORE}(ssh-ed25519|ssh-rsa|ssh-dss|ecdsa-sha2-nistp\\d{3}) ([A-Za-z0-9+/]{40,4000}={0,2})(?: [^\\r\\n]{0,200})?$`,
);
const TYPES: Record<string, string> = { 'ssh-ed25519': 'ED25519', 'ssh-rsa': 'RSA', 'ssh-dss': 'DSA' };
/** No line of these is longer. */
const LONGEST_LINE = 6_000;

/**
 * The host keys that cloud-init printed at the first boot: the fingerprints of its first block, or, where that has none
 * that can be used (Ubuntu 14.04), the keys of its block of keys. Both blocks have a first and a last line of their own,
 * whole and alone; a block that has no end, yet or for ever, is none. Whatever else is printed in that form has to say the
 * same. `fingerprintOf` is an effect: `SHA256:…` of a key in base64.
 */
export function consoleKeys(console: string, fingerprintOf: (base64: string) => string): ConsoleKeys {
  const whole: Block[] = [];
  const cut: Block[] = [];
  const beheaded = new Set<BlockKind>();
  let open: Block | undefined;
  for (const line of console.split(/\r\n|\r|\n/)) {
    const text = plain(line);
    const [, mark, kind] = MARK.exec(text) ?? [];
    if (mark === undefined) {
      const key = open === undefined ? undefined : keyIn(text, open.kind, fingerprintOf);
      if (key !== undefined) open?.keys.push(key);
      continue;
    }
    const of: BlockKind = kind === 'KEYS' ? 'KEYS' : 'FINGERPRINTS';
    const isEnd = mark === 'END' && open?.kind === of;
    if (open !== undefined) (isEnd ? whole : cut).push(open);
    // EC2 keeps the last 64 KB: what comes after such an end is not the first.
    if (mark === 'END' && !isEnd && whole.every((block) => block.kind !== of)) beheaded.add(of);
    open = mark === 'BEGIN' ? { kind: of, keys: [] } : undefined;
  }
  return judged(whole, cut, beheaded);
}

function judged(whole: Block[], cut: Block[], beheaded: ReadonlySet<BlockKind>): ConsoleKeys {
  const told = whole.filter(({ keys }) => keys.length > 0);
  const first = (kind: BlockKind) =>
    beheaded.has(kind) ? undefined : told.find((block) => block.kind === kind)?.keys;
  const keys = first('FINGERPRINTS') ?? first('KEYS');
  if (keys === undefined) return { kind: 'none' };
  const all = unique([...told, ...cut].flatMap((block) => block.keys));
  const types = new Map<string, Set<string>>();
  for (const { type, fingerprint } of [...keys, ...all])
    types.set(type, (types.get(type) ?? new Set()).add(fingerprint));
  const ofFirst = new Set(keys.map(({ type }) => type));
  const differs = [...ofFirst].some((type) => (types.get(type)?.size ?? 0) > 1);
  // The block of keys may name types that the other one leaves out; anything else in this form may not.
  const mayNameMore = (block: Block) => block.kind === 'KEYS' && keys === first('FINGERPRINTS');
  const isOther = [...told.filter((block) => !mayNameMore(block)), ...cut].some(
    (block) => !block.keys.every(({ type }) => ofFirst.has(type)),
  );
  return differs || isOther
    ? { kind: 'contradiction', fingerprints: all.map(({ fingerprint }) => fingerprint) }
    : { kind: 'keys', keys: unique(keys) };
}

function unique(keys: readonly HostKey[]): HostKey[] {
  const seen = new Set<string>();
  return keys.filter(({ fingerprint }) => seen.size < seen.add(fingerprint).size);
}

/** Without colours and the blanks at its end; what is too long for a line of ours is none. */
function plain(line: string): string {
  if (line.length > LONGEST_LINE) return '';
  const esc = String.fromCharCode(27);
  return line
    .split(esc)
    .map((part, n) => (n === 0 ? part : part.replace(/^\[[0-9;]*[A-Za-z]/, '')))
    .join('')
    .trimEnd();
}

function keyIn(
  text: string,
  kind: BlockKind,
  fingerprintOf: (base64: string) => string,
): HostKey | undefined {
  if (kind === 'FINGERPRINTS') {
    const [, fingerprint, type] = FINGERPRINT.exec(text) ?? [];
    return fingerprint === undefined || type === undefined ? undefined : { fingerprint, type };
  }
  const [, name, base64] = KEY.exec(text) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  return { fingerprint: fingerprintOf(base64), type: TYPES[name] ?? 'ECDSA' };
}

/** A machine that a restore of ours has launched and logged in to; kept by its id. */
export interface KnownHost {
  fingerprint: string;
  /** SSH_HOST_KEY of its target at that time, which was another machine's. */
  pins: string[];
  runId: string;
}

/** Whom to trust on a machine. */
export interface Trust {
  hostKeys: string[];
  /** Where they are known from, as half a sentence. */
  vouchedBy: string;
  /** What the console showed, where that contradicts itself. */
  contradiction?: string[];
}

/**
 * A pin is of the machine it was taken on, and excludes that one's console. It is not of a machine that a restore has
 * launched since, unless it was set anew; that one's key is known from the restore.
 */
export async function trustOf(
  pins: readonly string[],
  known: KnownHost | undefined,
  readConsole: () => Promise<ConsoleKeys>,
): Promise<Trust> {
  if (known !== undefined && areOfAnother(pins, known))
    return { hostKeys: [known.fingerprint], vouchedBy: `as when ${known.runId} launched it` };
  if (pins.length > 0) return { hostKeys: [...pins], vouchedBy: 'as in SSH_HOST_KEY' };
  return trustOfConsole(await readConsole());
}

/** Whether the pins were there before this machine was. */
export function areOfAnother(pins: readonly string[], known: KnownHost): boolean {
  return [...pins].sort().join() === [...known.pins].sort().join();
}

export function trustOfConsole(console: ConsoleKeys): Trust {
  return {
    hostKeys: console.kind === 'keys' ? console.keys.map(({ fingerprint }) => fingerprint) : [],
    vouchedBy: 'the machine’s console shows it',
    ...(console.kind === 'contradiction' ? { contradiction: console.fingerprints } : {}),
  };
}
