const UNIT_MS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `15m`, `6h`, `2d`, `1w`, `1h30m` in ms; undefined for anything else. Each unit once, the largest first. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (text === '' || parts === null) return undefined;
  const ms = ['w', 'd', 'h', 'm', 's'].reduce(
    (sum, unit, at) => sum + Number(parts[at + 1] ?? 0) * (UNIT_MS[unit] ?? 0),
    0,
  );
  return Number.isSafeInteger(ms) ? ms : undefined;
}
