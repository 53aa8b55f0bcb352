import type { Duplex } from 'node:stream';
import type { SshAddress } from '../../../src/core/model/ssh-access.ts';
import { type Log, noLog } from '../../../src/core/ports/log.ts';
import type { SshConnection, SshOptions } from '../../../src/core/ports/ssh.ts';
import { dialTcp } from '../../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { eventually } from '../../faults/eventually.ts';
import { handClock } from '../../hand-clock.ts';
import { problemOf } from '../machine-under-test.ts';
import { commandsContract } from './commands.ts';
import { command, type SshHere } from './here.ts';
import { addressOf, type SshServer } from './server-under-test.ts';
import { terminalContract } from './terminal.ts';

/** What the bot's SSH does, whoever the server is. */
export function sshContract(name: string, start: () => Promise<SshServer>): void {
  describe(`SSH: ${name}`, () => {
    let server: SshServer;
    const opened: SshConnection[] = [];
    const logged: unknown[] = [];
    const log: Log = { ...noLog, debug: (...line) => void logged.push(line), child: () => log };

    beforeAll(async () => {
      server = await start();
    });
    afterEach(() => {
      for (const connection of opened.splice(0)) connection.close();
      const { privateKey, strangersKey } = server;
      for (const secret of [privateKey, strangersKey, 's3cr3t'])
        expect(JSON.stringify(logged)).not.toContain(secret);
    });
    afterAll(() => server.close());

    async function open(at: Partial<SshAddress> = {}, options: Partial<SshOptions> = {}, dial = dialTcp) {
      const clock = handClock(0);
      const connection = await createOpenSsh({ dial, clock, log })(
        { ...addressOf(server), ...at },
        { signal: new AbortController().signal, patienceMs: 0, ...options },
      );
      opened.push(connection);
      return connection;
    }

    const here: SshHere = {
      server: () => server,
      open: () => open(),
      openForLong: async () => {
        const connection = await open();
        opened.splice(opened.indexOf(connection), 1);
        return connection;
      },
    };

    describe('the host key', () => {
      it.each(['ed25519', 'rsa'] as const)('is trusted by its %s fingerprint', async (kind) => {
        const { hostKey } = await open({ hostKeys: ['SHA256:another', server.hostKeys[kind]] });
        expect(hostKey).toBe(server.hostKeys[kind]);
      });

      it('is unknown', async () => {
        expect(await problemOf(open({ hostKeys: [] }))).toEqual({
          code: 'host-key-unknown',
          host: '127.0.0.1',
          seen: server.hostKeys.ed25519,
        });
      });

      it('is another', async () => {
        const trusted = ['SHA256:another'];
        expect(await problemOf(open({ hostKeys: trusted }, { patienceMs: 600_000 }))).toEqual({
          code: 'host-key-wrong',
          host: '127.0.0.1',
          seen: server.hostKeys.ed25519,
          trusted,
        });
      });
    });

    describe('the bot’s key', () => {
      it('is refused', async () => {
        expect(await problemOf(open({ privateKey: server.strangersKey }, { patienceMs: 600_000 }))).toEqual({
          code: 'ssh-refused',
          host: '127.0.0.1',
          user: server.user,
        });
      });

      it.each([
        '',
        's3cr3t',
        '-----BEGIN OPENSSH PRIVATE KEY-----\ns3cr3t\n-----END OPENSSH PRIVATE KEY-----',
      ])('is none: %j', async (privateKey) => {
        expect(await problemOf(open({ privateKey }, { patienceMs: 600_000 }))).toEqual({
          code: 'ssh-key-unusable',
        });
      });
    });

    commandsContract(here);
    terminalContract(here);

    describe('a connection', () => {
      it('is tried again while nobody answers, as long as there is patience', async () => {
        const clock = handClock(0);
        const troubles: string[] = [];
        let dials = 0;
        const opening = createOpenSsh({
          clock,
          log,
          dial: async (host, port, signal) => {
            dials += 1;
            if (dials < 3) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
            return dialTcp(host, port, signal);
          },
        })(addressOf(server), {
          signal: new AbortController().signal,
          patienceMs: 60_000,
          onTrouble: (what) => troubles.push(what),
        });
        let connection: SshConnection | undefined;
        void opening.then((made) => {
          connection = made;
        });
        await eventually('it is open', async () => {
          await clock.advance(1_000);
          return connection !== undefined;
        });
        if (connection !== undefined) opened.push(connection);
        expect(troubles).toEqual(['the connection was refused', 'the connection was refused']);
      });

      it('ends while the machine says nothing any more', async () => {
        let wire: Duplex | undefined;
        const ssh = await createOpenSsh({
          clock: handClock(0),
          log,
          keepaliveMs: 50,
          dial: async (...to) => {
            wire = await dialTcp(...to);
            return wire;
          },
        })(addressOf(server), { signal: new AbortController().signal, patienceMs: 0 });
        opened.push(ssh);
        const running = problemOf(ssh.run(command('sleep 300')));
        // From here on the wire is as one that was pulled out: what comes stays in it.
        wire?.removeAllListeners('data');
        wire?.pause();
        expect(await running).toMatchObject({ code: 'ssh-dropped' });
      });

      it('is left while it is being made', async () => {
        const leaving = new AbortController();
        const opening = open({}, { signal: leaving.signal, patienceMs: 600_000 }, async () => {
          leaving.abort(new Error('the run was canceled'));
          throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
        });
        await expect(opening).rejects.toThrow('the run was canceled');
      });

      it('can be closed twice', async () => {
        const ssh = await open();
        ssh.close();
        ssh.close();
        expect(await problemOf(ssh.run(command('true')))).toMatchObject({ code: 'ssh-dropped' });
      });
    });
  });
}
