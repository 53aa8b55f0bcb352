/** What Node and ssh2 attach to their errors, in the little that is needed of it. */
interface SshError {
  code?: unknown;
  level?: unknown;
}

const IN_WORDS: Record<string, string> = {
  EACCES: 'the connection was not allowed',
  EAI_AGAIN: 'its name could not be resolved',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to its network',
  ENOTFOUND: 'its name is not known',
  EPIPE: 'the connection was reset',
  ETIMEDOUT: 'the connection timed out',
};

/** Why a connection could not be made, in a few words without secrets. */
export function sshTrouble(error: unknown): string {
  const { code, level } = partsOf(error);
  if (level === 'client-timeout') return 'no answer to the SSH handshake';
  if (typeof code === 'string' && IN_WORDS[code] !== undefined) return IN_WORDS[code];
  if (level === 'handshake') return 'no SSH algorithms in common';
  // An error of ssh2's own that says nothing about itself is its parser's.
  if (level === 'protocol' || (code === undefined && error instanceof Error))
    return 'what answers there does not speak SSH';
  return typeof code === 'string' ? `the connection failed (${code})` : 'the connection was closed';
}

/** Whether the machine took none of the keys. */
export function isKeyRefused(error: unknown): boolean {
  return partsOf(error).level === 'client-authentication';
}

/** Whether the machine has no host key of the kind that was asked for. */
export function isNothingInCommon(error: unknown): boolean {
  return partsOf(error).level === 'handshake';
}

function partsOf(error: unknown): SshError {
  return typeof error === 'object' && error !== null ? error : {};
}
