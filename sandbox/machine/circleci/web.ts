import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { endsWith } from '../ends-with.ts';
import type { MachineInside } from '../inside.ts';
import { answerApi } from './builds-api.ts';
import { selfSigned } from './certificate.ts';

/** The first byte of everybody who wants TLS. */
const TLS_HANDSHAKE = 22;

/**
 * What a machine shows a browser: CircleCI at 80 and 443, Replicated's console at 8800, with a certificate that it has made
 * for itself. At all of them it takes TLS and plain HTTP, whichever comes.
 */
export interface MachineWeb {
  accept(socket: Socket, port: number): void;
}

export function createMachineWeb(machine: MachineInside): MachineWeb {
  const ports = new WeakMap<Socket, number>();
  const isAtConsole = (socket: Socket) => ports.get(socket) === 8800;
  const server = createServer((request, response) => {
    const send = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`${text}\n`);
    };
    if (isAtConsole(request.socket)) {
      return send(200, '<title>Replicated</title> Log in to the management console. Snapshots Disabled');
    }
    if (machine.faults.web === 'error') return send(503, 'Service Unavailable');
    if (machine.replicated.app().state !== 'started')
      return send(502, '<title>502 Bad Gateway</title> nginx');
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const isKnown = [machine.disk.replicated.hostname, 'localhost'].includes(host) || /^[\d.]+$/.test(host);
    if (!isKnown) return send(404, `<title>404</title> There is no ${host.replace(/[^a-z0-9.-]/g, '')} here`);
    if (request.url?.startsWith('/api/') === true) return answerApi(machine, request, response);
    return send(200, '<title>CircleCI</title> Continuous Integration and Deployment');
  });
  // An idle connection keeps nothing alive.
  server.keepAliveTimeout = 2_000;

  /** Made for the host as it is at the time. */
  function overTls(socket: Socket, port: number): void {
    const tls = createTlsServer(selfSigned(machine.disk.replicated.hostname), (secure: TLSSocket) => {
      ports.set(secure, port);
      server.emit('connection', secure);
    });
    tls.on('tlsClientError', () => socket.destroy());
    tls.emit('connection', socket);
  }

  return {
    accept(socket, port) {
      endsWith(socket, machine.halted);
      socket.once('data', (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        if (first[0] === TLS_HANDSHAKE) return overTls(socket, port);
        ports.set(socket, port);
        server.emit('connection', socket);
        socket.resume();
      });
    },
  };
}
