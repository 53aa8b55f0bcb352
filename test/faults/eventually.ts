/** Wall time a condition may take; far above what it needs, for a machine that is busy. */
const PATIENCE_MS = 50_000;
/** The newest characters tell the most. */
const SHOWN = 3_000;

/** Waits for a condition on what can be seen from outside; fails naming `what`, and what `seen` shows by then. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seen: () => string = () => '',
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > patienceMs)
      throw new Error(`Waited in vain until ${what}.\n${seen().slice(-SHOWN)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
