/**
 * Another process has taken over what this one was doing (a run, a duty), as after it stood still for longer than its lease
 * says: nothing of what it still wants to write is written.
 */
export class TakenOverError extends Error {
  constructor(what: string) {
    super(`another process has taken over ${what}`);
    this.name = 'TakenOverError';
  }
}
