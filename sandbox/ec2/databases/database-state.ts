/** An instance of RDS, and how its next snapshot goes. */
export interface DatabaseRecord {
  instance: string;
  gib: number;
  /** As RDS names it; it takes no snapshot of one that is not `available`. */
  status: string;
  /** How long a snapshot takes, in ms of the clock; it ends as `nextEnds`. */
  snapshotMs: number;
  nextEnds?: 'failed';
}

export interface DatabaseSnapshot {
  identifier: string;
  instance: string;
  gib: number;
  startedAt: number;
  doneAt: number;
  ends: 'available' | 'failed';
  tags: Record<string, string>;
}
