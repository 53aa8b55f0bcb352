/** An address on one machine, asked for as if DNS already led there. */
export interface WebAddress {
  /** Where the connection goes. */
  ip: string;
  port: number;
  scheme: 'http' | 'https';
  /** For the Host header and for TLS; missing: the IP. */
  host?: string;
  path: string;
}

/** What answered. Any HTTP status is an answer: whether it is a good one is for whoever asked. */
export type WebAnswer =
  | {
      answered: true;
      status: number;
      /** Of TLS: what the machine showed. It is told, not required: a new machine may have its own certificate. */
      certificate?: { subject: string; trusted: boolean };
    }
  /** In words without secrets, e.g. `connection refused`. */
  | { answered: false; why: string };

/** Asks once. Rejects with the signal's reason only. */
export type ProbeWeb = (
  address: WebAddress,
  options: { signal: AbortSignal; timeoutMs: number },
) => Promise<WebAnswer>;
