/** Short waits for what a machine does: what is waited for is the same. In seconds of the clock. */
export const QUICK_SECONDS = {
  pending: 5,
  checks: 5,
  console: 5,
  stopping: 5,
  terminating: 5,
  rebooting: 5,
  replacing: 5,
};

/** And for what runs on it, in ms. */
export const QUICK_TIMING = {
  boot: 5_000,
  replicated: 3_000,
  appStart: 15_000,
  appStop: 5_000,
  noAnswer: 10_000,
};
