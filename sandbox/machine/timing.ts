/** How long things take, in ms of the world's clock. */
export interface MachineTiming {
  /** From running to SSH. */
  boot: number;
  /** Until a restarted Replicated answers again. */
  replicated: number;
  appStart: number;
  appStop: number;
  /** A JVM's start and the dev-console's code. */
  devConsole: number;
  /** One form there. */
  devConsoleForm: number;
  /** What restic takes for a backup or a restore of next to nothing. */
  restic: number;
  /** What a packet that nobody answers waits before its sender gives up. */
  noAnswer: number;
}

export const STANDARD_TIMING: MachineTiming = {
  boot: 25_000,
  replicated: 8_000,
  appStart: 90_000,
  appStop: 20_000,
  devConsole: 12_000,
  devConsoleForm: 40,
  restic: 10_000,
  noAnswer: 120_000,
};
