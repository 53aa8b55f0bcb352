import type { SshConnection } from '../../../src/core/ports/ssh.ts';
import { problemOf } from '../machine-under-test.ts';
import { command, type SshHere } from './here.ts';

export function commandsContract({ server, open, openForLong }: SshHere): void {
  describe('a command', () => {
    let ssh: SshConnection;
    beforeAll(async () => {
      ssh = await openForLong();
    });
    afterAll(() => ssh.close());

    it('gives its exit code, and both of its outputs', async () => {
      expect(await ssh.run(command('printf out; printf err >&2; exit 3'))).toEqual({
        code: 3,
        stdout: 'out',
        stderr: 'err',
      });
      expect(await ssh.run(command('true'))).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('takes every byte in, and gives every byte out', async () => {
      const stdin = Array.from({ length: 2_500_000 }, (_, at) => String.fromCharCode((at * 7) % 256)).join(
        '',
      );
      const { stdout } = await ssh.run(command('cat', { stdin }));
      expect(stdout === stdin).toBe(true);
    });

    it('has an empty input where none is given', async () => {
      expect((await ssh.run(command('cat; echo end'))).stdout).toBe('end\n');
    });

    it('goes on beside others', async () => {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, at) => ssh.run(command('cat', { stdin: `s3cr3t ${at}` }))),
      );
      expect(results.map(({ stdout }) => stdout)).toEqual(
        Array.from({ length: 8 }, (_, at) => `s3cr3t ${at}`),
      );
    });

    it('never ends', async () => {
      expect(await problemOf(ssh.run(command('echo; sleep 300', { timeoutMs: 500 })))).toEqual({
        code: 'ssh-timeout',
        host: '127.0.0.1',
        during: 'a test',
        afterMs: 500,
      });
      expect((await ssh.run(command('echo still here'))).stdout).toBe('still here\n');
    });

    it('prints without an end', async () => {
      expect(await problemOf(ssh.run(command('yes')))).toEqual({
        code: 'ssh-flooded',
        host: '127.0.0.1',
        during: 'a test',
        limitBytes: 8 * 1024 * 1024,
      });
      expect((await ssh.run(command('echo still here'))).stdout).toBe('still here\n');
    });

    it('is left when its signal aborts', async () => {
      const leaving = new AbortController();
      const running = ssh.run(command('sleep 300', { signal: leaving.signal }));
      leaving.abort(new Error('the run was canceled'));
      await expect(running).rejects.toThrow('the run was canceled');
      await expect(ssh.run(command('true', { signal: leaving.signal }))).rejects.toThrow('canceled');
    });

    it('is dropped in the middle', async () => {
      const dropped = { code: 'ssh-dropped', host: '127.0.0.1', during: 'a test' };
      const running = problemOf(ssh.run(command('echo half; sleep 300')));
      const second = problemOf(ssh.run(command('sleep 300')));
      await ssh.run(command('true'));
      server().drop();
      expect([await running, await second]).toEqual([dropped, dropped]);
      expect(await problemOf(ssh.run(command('true')))).toEqual(dropped);
      expect((await (await open()).run(command('echo again'))).stdout).toBe('again\n');
    });
  });
}
