/** Who is on the machine, by name. The numbers are those of the distributions. */
const ACCOUNTS: Record<string, number> = {
  root: 0,
  daemon: 1,
  nobody: 65534,
  ubuntu: 1000,
  centos: 1000,
  'ec2-user': 1000,
};

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

export const ROOT: Account = { name: 'root', uid: 0, gid: 0, home: '/root' };

export function accountOf(name: string): Account {
  const uid = ACCOUNTS[name] ?? 1001;
  return { name, uid, gid: uid, home: uid === 0 ? '/root' : `/home/${name}` };
}

/** The number of a name or of a number's digits; undefined for an unknown name. Groups are named as their users. */
export function idNamed(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : ACCOUNTS[text];
}

/** The name of a number; the digits where it has none, `UNKNOWN` as `stat` prints it. `mine` wins among equals. */
export function nameOf(id: number, mine: string): string {
  if (ACCOUNTS[mine] === id) return mine;
  return Object.entries(ACCOUNTS).find(([, number]) => number === id)?.[0] ?? 'UNKNOWN';
}
