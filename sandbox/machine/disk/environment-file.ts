/** The variables of a file as systemd (EnvironmentFile) and a shell that sources it both read it. */
export function readEnvironmentFile(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    found.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  return found;
}

/** `10.20.1.12:9879` and `[10.20.1.12]:9879` are both the address `10.20.1.12`. */
export function addressIn(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
