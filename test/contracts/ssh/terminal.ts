import { problemOf } from '../machine-under-test.ts';
import type { SshHere } from './here.ts';

export function terminalContract({ server, open }: SshHere): void {
  describe('a terminal', () => {
    it('is a shell to type into, until it is left', async () => {
      const terminal = await (await open()).openTerminal(new AbortController().signal);
      terminal.write('echo $((6 * 7)) "caf\\303\\251" Ä\nexit\n');
      let seen = '';
      for await (const piece of terminal.output) seen += piece;
      expect(seen).toMatch(/42 .*Ä/);
    });

    it('ends when it is closed', async () => {
      const terminal = await (await open()).openTerminal(new AbortController().signal);
      terminal.write('echo begun\n');
      let seen = '';
      for await (const piece of terminal.output) {
        seen += piece;
        if (seen.includes('begun')) terminal.close();
      }
      expect(seen).toContain('begun');
    });

    it('is dropped', async () => {
      const terminal = await (await open()).openTerminal(new AbortController().signal);
      terminal.write('echo begun; sleep 300\n');
      const reading = problemOf(
        (async () => {
          let isDropped = false;
          for await (const piece of terminal.output) {
            if (!isDropped && piece.includes('begun')) server().drop();
            isDropped ||= piece.includes('begun');
          }
        })(),
      );
      expect(await reading).toEqual({ code: 'ssh-dropped', host: '127.0.0.1', during: 'a terminal' });
    });

    it('is left when its signal aborts', async () => {
      const leaving = new AbortController();
      const terminal = await (await open()).openTerminal(leaving.signal);
      const reading = (async () => {
        for await (const _piece of terminal.output) leaving.abort(new Error('the run was canceled'));
      })();
      terminal.write('echo begun\n');
      await expect(reading).rejects.toThrow('the run was canceled');
    });
  });
}
