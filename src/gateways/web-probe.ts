import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ProbeWeb, WebAddress } from '../core/ports/web-probe.ts';
import { LINE_MAX, oneLine } from '../core/text/text.ts';
import type { Dial } from './ssh/dial.ts';

/** Node's and TLS's codes in words; the code itself for the others. */
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke off',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
  ENOTFOUND: 'no such host',
  EPIPE: 'the connection broke off',
  ETIMEDOUT: 'no answer in time',
  EPROTO: 'no TLS at that port',
};

/**
 * Asks a machine by its IP, with the host that people will use in the Host header and in TLS, so that DNS need not lead
 * there yet. Whatever certificate it shows is taken, and said: a machine that was just restored may have its own.
 */
export function createProbeWeb(dial: Dial): ProbeWeb {
  return async (address, { signal, timeoutMs }) => {
    const late = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, late]);
    let socket: Duplex | undefined;
    try {
      socket = await dial(address.ip, address.port, either);
      const secure = address.scheme === 'https' ? await overTls(socket, address, either) : undefined;
      // Read while it is open: a closed connection tells nothing of its peer.
      const certificate = secure === undefined ? {} : { certificate: certificateOf(secure) };
      const status = await statusOf(secure ?? socket, address, either);
      return { answered: true, status, ...certificate };
    } catch (error) {
      signal.throwIfAborted();
      return { answered: false, why: late.aborted ? 'no answer in time' : whyOf(error) };
    } finally {
      socket?.destroy();
    }
  };
}

function overTls(socket: Duplex, { host }: WebAddress, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      rejectUnauthorized: false,
      ...(host === undefined ? {} : { servername: host }),
    });
    const leave = () => secure.destroy(new Error('left'));
    signal.addEventListener('abort', leave, { once: true });
    secure.once('secureConnect', () => {
      signal.removeEventListener('abort', leave);
      resolve(secure);
    });
    secure.on('error', reject);
    secure.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function statusOf(socket: Duplex, { host, ip, path }: WebAddress, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    // Without an agent, for only then the connection is taken that was made here.
    const asking = request({
      createConnection: () => socket,
      path,
      headers: { host: host ?? ip, 'user-agent': 'circleci-backup', connection: 'close' },
      signal,
    });
    asking.on('response', (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end();
  });
}

function certificateOf(socket: TLSSocket): { subject: string; trusted: boolean } {
  const { CN } = socket.getPeerCertificate().subject ?? {};
  const name = Array.isArray(CN) ? CN[0] : CN;
  return { subject: oneLine(name ?? '', LINE_MAX) || 'without a name', trusted: socket.authorized };
}

function whyOf(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : undefined;
  if (code === undefined) return 'no answer that HTTP knows';
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'no TLS at that port';
  return WORDS[code] ?? code;
}
