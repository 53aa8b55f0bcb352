const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Stretches of the calendar, each with its natural borders: weeks begin on Monday. */
export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

export type Period = (typeof PERIODS)[number];

/** A number that two wall times share exactly when they lie in the same hour, day, week, month or year. */
export function periodNumber(period: Period, wallMs: number): number {
  switch (period) {
    case 'hourly':
      return Math.floor(wallMs / HOUR_MS);
    case 'daily':
      return Math.floor(wallMs / DAY_MS);
    case 'weekly':
      return weekNumber(wallMs);
    case 'monthly': {
      const date = new Date(wallMs);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
    case 'yearly':
      return new Date(wallMs).getUTCFullYear();
  }
}

/** `2026-10-01 03:00`, `2026-10-01`, `2026-W40` (ISO 8601, so the year of its Thursday), `2026-10`, `2026`. */
export function periodName(period: Period, wallMs: number): string {
  const iso = new Date(wallMs).toISOString();
  switch (period) {
    case 'hourly':
      return `${iso.slice(0, 10)} ${iso.slice(11, 13)}:00`;
    case 'daily':
      return iso.slice(0, 10);
    case 'weekly': {
      const thursday = weekNumber(wallMs) * 7 * DAY_MS;
      const year = new Date(thursday).getUTCFullYear();
      const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
      return `${year}-W${String(week).padStart(2, '0')}`;
    }
    case 'monthly':
      return iso.slice(0, 7);
    case 'yearly':
      return iso.slice(0, 4);
  }
}

/** Weeks since the one of 1 January 1970, a Thursday. */
function weekNumber(wallMs: number): number {
  return Math.floor((Math.floor(wallMs / DAY_MS) + 3) / 7);
}
