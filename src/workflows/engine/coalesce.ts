/**
 * A call while the work goes on means once more after it, however many of them there are. What the work rejects with is
 * nobody's: it is for what is tried again anyway.
 */
export function coalesce(work: () => Promise<unknown>): () => void {
  let isWorking = false;
  let again = false;
  return function call() {
    if (isWorking) {
      again = true;
      return;
    }
    isWorking = true;
    work()
      .catch(() => {})
      .finally(() => {
        isWorking = false;
        if (!again) return;
        again = false;
        call();
      });
  };
}
