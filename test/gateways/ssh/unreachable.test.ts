import { createServer, type Server, type Socket } from 'node:net';
import { noLog } from '../../../src/core/ports/log.ts';
import { type Dial, dialTcp } from '../../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { sshTrouble } from '../../../src/gateways/ssh/trouble.ts';
import { problemOf } from '../../contracts/machine-under-test.ts';
import { handClock } from '../../hand-clock.ts';
import { newKey } from './local-server.ts';

const { privateKey } = newKey();

describe('what answers at the port', () => {
  let server: Server;
  let port: number;
  let answer: (wire: Socket) => void = () => undefined;
  const wires = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((wire) => {
      wires.add(wire);
      wire.on('error', () => undefined);
      wire.on('close', () => wires.delete(wire));
      answer(wire);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    port = address.port;
  });
  afterAll(async () => {
    for (const wire of wires) wire.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (dial: Dial = dialTcp, handshakeMs = 50_000) =>
    createOpenSsh({ dial, clock: handClock(0), log: noLog, handshakeMs })(
      { host: '127.0.0.1', port, user: 'ubuntu', privateKey, hostKeys: ['SHA256:any'] },
      { signal: new AbortController().signal, patienceMs: 0 },
    );
  const unreachable = (last: string) => ({
    code: 'ssh-unreachable',
    host: '127.0.0.1',
    port,
    sinceMs: 0,
    last,
  });

  it('says nothing', async () => {
    answer = () => undefined;
    expect(await problemOf(open(dialTcp, 200))).toEqual(unreachable('no answer to the SSH handshake'));
  });

  it('hangs up', async () => {
    answer = (wire) => wire.end();
    expect(await problemOf(open())).toMatchObject({ code: 'ssh-unreachable', host: '127.0.0.1' });
  });

  it('speaks another language', async () => {
    answer = (wire) => wire.write(`HTTP/1.1 400 Bad Request\r\n${'x'.repeat(10_000)}\r\n`);
    expect(await problemOf(open())).toEqual(unreachable('what answers there does not speak SSH'));
  });

  it('is not there', async () => {
    const dial: Dial = (_host, _port, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    expect(await problemOf(open(dial, 50))).toEqual(unreachable('the connection timed out'));
  });
});

test.each([
  [{ code: 'ECONNREFUSED', level: 'client-socket' }, 'the connection was refused'],
  [{ code: 'EXOTIC', level: 'client-socket' }, 'the connection failed (EXOTIC)'],
  [{ level: 'handshake' }, 'no SSH algorithms in common'],
  [{ code: 2 }, 'the connection was closed'],
  [undefined, 'the connection was closed'],
])('%j is said as %j', (error, words) => {
  expect(sshTrouble(error)).toBe(words);
});

describe('dialing', () => {
  it('is refused', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    await expect(dialTcp('127.0.0.1', address.port, new AbortController().signal)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('ends with its signal, before and while it dials', async () => {
    const reason = new Error('the run was canceled');
    await expect(dialTcp('127.0.0.1', 1, AbortSignal.abort(reason))).rejects.toBe(reason);
    const leaving = new AbortController();
    const dialing = dialTcp('127.0.0.1', 1, leaving.signal);
    leaving.abort(reason);
    await expect(dialing).rejects.toBe(reason);
  });
});
