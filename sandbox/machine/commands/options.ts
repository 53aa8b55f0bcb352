/** Options and what is no option, up to `--`; options named in `valued` leave their value to the front of `rest`. */
export function split(
  args: readonly string[],
  valued: readonly string[] = [],
): { options: string[]; rest: string[] } {
  const options: string[] = [];
  const values: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') return { options, rest: [...values, ...rest, ...args.slice(i + 1)] };
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      continue;
    }
    options.push(arg);
    if (valued.includes(arg)) {
      i += 1;
      values.push(args[i] ?? '');
    }
  }
  return { options, rest: [...values, ...rest] };
}
