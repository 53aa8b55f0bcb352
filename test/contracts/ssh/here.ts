import type { SshCommand, SshConnection } from '../../../src/core/ports/ssh.ts';
import type { SshServer } from './server-under-test.ts';

/** The server of a contract, and the ways to it. */
export interface SshHere {
  server(): SshServer;
  /** Closed after the test. */
  open(): Promise<SshConnection>;
  /** Closed by who asks for it. */
  openForLong(): Promise<SshConnection>;
}

/** Far above what anything but an endless command takes. */
const PATIENT_MS = 50_000;

export function command(text: string, more: Partial<SshCommand> = {}): SshCommand {
  const signal = new AbortController().signal;
  return { command: text, during: 'a test', timeoutMs: PATIENT_MS, signal, ...more };
}
