import type { CallOptions } from './ec2-call.ts';

/** A manual snapshot of an instance of RDS. */
export interface RdsSnapshot {
  /** Its key: letters, digits and single hyphens. */
  identifier: string;
  instance: string;
  /** `creating`, `available`, `failed`, …; RDS may have others. */
  status: string;
  /** 0 to 100. */
  percent: number;
  /** ms since epoch; missing before RDS has begun. */
  createdAt?: number;
  /** What RDS has allocated, in bytes. */
  bytes?: number;
  tags: Record<string, string>;
}

export interface RdsRequest {
  identifier: string;
  instance: string;
  /** Hold our run tag. */
  tags: Record<string, string>;
}

/** RDS in one region. Rejects with `rds-…`, `permissions-missing` and `credentials`. */
export interface Rds {
  /**
   * Begins a snapshot, or adopts the one that an earlier, unconfirmed call of this run began: the identifier is the key,
   * since RDS takes no client token.
   */
  create(request: RdsRequest, options: CallOptions): Promise<RdsSnapshot>;
  /** Undefined where there is none of that name. */
  find(identifier: string, options: CallOptions): Promise<RdsSnapshot | undefined>;
  /** One that is gone already is no fault. */
  remove(identifier: string, options: CallOptions): Promise<void>;
}

export type RdsRegions = (region: string) => Rds;
