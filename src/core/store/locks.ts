import type { Person, Requester } from '../model/person.ts';

/**
 * The one changing run of a target, and what is needed to start it again. While that waits for people and changes nothing of the
 * machine that runs (`aside`), a live backup may take a second place beside it.
 */
export interface Lock {
  target: string;
  runId: string;
  requester: Requester;
  /** ms since epoch. */
  since: number;
  /** The workflow and its input, as JSON data: a bot that died between lock and engine starts it from here. */
  workflow: string;
  input: unknown;
  /** The engine's id of the run, once it was started. */
  engineId?: string;
  cancel?: { by: Person; at: number };
  aside?: true;
  /** A backup beside a run that was aside when it began. */
  beside?: true;
}

export interface Locks {
  /** Takes the target's lock, or tells who holds it. Atomic. `mayBeBeside`: a live backup. */
  acquire(lock: Lock, mayBeBeside?: boolean): Promise<{ taken: true } | { taken: false; by: Lock }>;
  /** Of two that are beside each other the one that may change something. */
  ofTarget(target: string): Promise<Lock | undefined>;
  besideOf(target: string): Promise<Lock | undefined>;
  /** A backup that is beside the run already stays there, whatever the run is from now on: who changes something waits for it. */
  setAside(runId: string, isAside: boolean): Promise<void>;
  ofRun(runId: string): Promise<Lock | undefined>;
  all(): Promise<Lock[]>;
  setEngineId(runId: string, engineId: string): Promise<void>;
  /** Notes the wish to stop; the first one stays. false when the run holds no lock (any more). */
  requestCancel(runId: string, by: Person, at: number): Promise<boolean>;
  /** People decided to go on: the wish to stop is forgotten, and another one can be noted. */
  forgetCancel(runId: string): Promise<void>;
  release(runId: string): Promise<void>;
}
