import { rewriteAddresses } from '../../../src/core/restore/rewrite-addresses.ts';
import { type MachineUnderTest, problemOf } from '../machine-under-test.ts';
import { OPERATOR_BRACKETS, REPLICATED, REPLICATED_OPERATOR, REPLICATED_PROXY } from '../replicated-texts.ts';

const RUN = 'rs-20261123-0314-x4qz';
const DAEMON = '/etc/default/replicated';
const OPERATOR = '/etc/default/replicated-operator';
const KEPT = `${DAEMON}.circleci-backup-${RUN}`;
const CHANGES = [
  { from: '10.20.1.12', to: '10.20.7.9' },
  { from: '203.0.113.40', to: '198.51.100.7' },
];

/** CRLF, no line end at the end, every byte there is. */
const ANY_BYTES = `A=1\r\nB='\\x'\r\n${Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')}10.20.1.12`;

export function filesContract(here: () => MachineUnderTest): void {
  describe('Replicated’s files', () => {
    it('are read as they are, with mode and owner', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, REPLICATED, '640');
      await root.write(OPERATOR, REPLICATED_OPERATOR);
      await root.write('/etc/sysconfig/replicated', 'PRIVATE_ADDRESS=10.0.0.1\n');
      await root.write(`${DAEMON}.dpkg-old`, 'PRIVATE_ADDRESS=10.0.0.2\n');
      expect(await machine.replicatedFiles(RUN)).toEqual([
        { path: DAEMON, text: REPLICATED, mode: '640', owner: 'root:root' },
        { path: OPERATOR, text: REPLICATED_OPERATOR, mode: '644', owner: 'root:root' },
      ]);
    });

    it('are found in /etc/sysconfig among others, also beside directories of their name in /etc/default', async () => {
      const { machine, root } = here();
      await root.mkdir(DAEMON);
      await root.write('/etc/sysconfig/replicated', REPLICATED_PROXY);
      await root.write('/etc/sysconfig/replicated-agent', OPERATOR_BRACKETS);
      await root.write('/etc/sysconfig/network', 'HOSTNAME=10.20.1.12\n');
      const files = await machine.replicatedFiles(RUN);
      expect(files.map(({ path, text }) => [path, text])).toEqual([
        ['/etc/sysconfig/replicated', REPLICATED_PROXY],
        ['/etc/sysconfig/replicated-agent', OPERATOR_BRACKETS],
      ]);
    });

    it('are missing', async () => {
      const { machine, root } = here();
      await root.write('/etc/sysconfig/network', 'X=1\n');
      expect(await problemOf(machine.replicatedFiles(RUN))).toEqual({
        code: 'replicated-files-missing',
        folders: ['/etc/default', '/etc/sysconfig'],
      });
    });

    it.each([
      ['alone', ''],
      ['beside a file', REPLICATED_OPERATOR],
    ])('are a directory, %s', async (_how, operator) => {
      const { machine, root } = here();
      await root.mkdir(DAEMON);
      if (operator !== '') await root.write(OPERATOR, operator);
      expect(await problemOf(machine.replicatedFiles(RUN))).toEqual({
        code: 'file-is-directory',
        path: DAEMON,
      });
    });

    it('are a link that leads nowhere', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, REPLICATED);
      await root.link(OPERATOR, '/opt/gone');
      expect(await problemOf(machine.replicatedFiles(RUN))).toEqual({
        code: 'file-unreadable',
        path: OPERATOR,
      });
    });
  });

  describe('rewriting', () => {
    it.each([
      ['Ubuntu', REPLICATED],
      ['the operator', REPLICATED_OPERATOR],
      ['a proxy', REPLICATED_PROXY],
      ['brackets', OPERATOR_BRACKETS],
      ['any bytes', ANY_BYTES],
      ['a long file', `${REPLICATED_OPERATOR.repeat(1_000)}PRIVATE_ADDRESS=10.20.1.12`],
    ])('%s: puts the new text in the place of the old one, and keeps that', async (_what, before) => {
      const { machine, root } = here();
      await root.write(DAEMON, before, '640');
      const [file] = await machine.replicatedFiles(RUN);
      expect(file?.text).toBe(before);
      const after = rewriteAddresses(before, CHANGES).text;
      expect(after).not.toBe(before);
      expect(await machine.rewrite(DAEMON, before, after, RUN)).toBe('written');
      expect(await root.read(DAEMON)).toBe(after);
      expect(await root.read(KEPT)).toBe(before);
      expect([await root.mode(DAEMON), await root.mode(KEPT)]).toEqual(['640', '640']);
      expect(await root.list('/etc/default')).toEqual(['replicated', `replicated.circleci-backup-${RUN}`]);

      expect(await machine.rewrite(DAEMON, before, after, RUN)).toBe('already');
      expect(await root.read(KEPT)).toBe(before);
      expect(await machine.replicatedFiles(RUN)).toEqual([
        { path: DAEMON, text: after, original: before, mode: '640', owner: 'root:root' },
      ]);
      expect((await machine.replicatedFiles('another-run'))[0]).not.toHaveProperty('original');
    });

    it('writes the file that a link leads to, and leaves the link', async () => {
      const { machine, root } = here();
      await root.write('/srv/replicated.conf', REPLICATED);
      await root.link(DAEMON, '/srv/replicated.conf');
      const after = rewriteAddresses(REPLICATED, CHANGES).text;
      expect(await machine.rewrite(DAEMON, REPLICATED, after, RUN)).toBe('written');
      expect(await root.read('/srv/replicated.conf')).toBe(after);
      expect(await root.list('/etc/default')).toEqual(['replicated']);
      expect(await machine.replicatedFiles(RUN)).toMatchObject([{ text: after, original: REPLICATED }]);
    });

    it('leaves a file alone that changed meanwhile', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, `${REPLICATED}# a colleague\n`);
      expect(await problemOf(machine.rewrite(DAEMON, REPLICATED, 'new', RUN))).toEqual({
        code: 'file-changed',
        path: DAEMON,
      });
      expect(await root.read(DAEMON)).toBe(`${REPLICATED}# a colleague\n`);
      expect(await root.list('/etc/default')).toEqual(['replicated']);
    });

    it('never loses an original that it keeps', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, 'first');
      await machine.rewrite(DAEMON, 'first', 'second', RUN);
      await root.write(DAEMON, 'a colleague’s'.replace('’', "'"));
      expect(await problemOf(machine.rewrite(DAEMON, "a colleague's", 'third', RUN))).toEqual({
        code: 'file-original-taken',
        path: DAEMON,
        keptAt: KEPT,
      });
      expect([await root.read(DAEMON), await root.read(KEPT)]).toEqual(["a colleague's", 'first']);
      expect(await machine.rewrite(DAEMON, "a colleague's", 'third', `${RUN}-again`)).toBe('written');
    });

    it('removes what one run has kept, by its names, and nothing else; twice is once', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, 'first', '640');
      await machine.rewrite(DAEMON, 'first', 'second', RUN);
      await machine.rewrite(DAEMON, 'second', 'third', 'another-run');
      await root.write(`${KEPT}.part`, 'half');
      await root.write(`${KEPT}.new`, 'half');
      await root.write(`${KEPT}.mine`, 'a colleague');
      await root.write('/etc/default/nginx.circleci-backup-rs-1', 'no file of ours');
      const ours = [KEPT, `${KEPT}.part`, `${KEPT}.new`];
      expect(await machine.removeOriginals(RUN)).toEqual({ removed: ours, left: [] });
      expect(await machine.removeOriginals(RUN)).toEqual({ removed: [], left: [] });
      expect(await root.read(DAEMON)).toBe('third');
      expect(await root.list('/etc/default')).toEqual([
        'nginx.circleci-backup-rs-1',
        'replicated',
        'replicated.circleci-backup-another-run',
        `replicated.circleci-backup-${RUN}.mine`,
      ]);
    });

    it('removes the original beside the file that a link leads to', async () => {
      const { machine, root } = here();
      await root.write('/srv/replicated.conf', 'first');
      await root.link(DAEMON, '/srv/replicated.conf');
      await machine.rewrite(DAEMON, 'first', 'second', RUN);
      const kept = `/srv/replicated.conf.circleci-backup-${RUN}`;
      expect(await machine.removeOriginals(RUN)).toEqual({ removed: [kept], left: [] });
      expect(await root.read('/srv/replicated.conf')).toBe('second');
    });

    it.each(['', '../x', 'a/b'])('removes nothing for a run named %j', async (run) => {
      const { machine, root } = here();
      await root.write(DAEMON, 'first');
      await machine.rewrite(DAEMON, 'first', 'second', RUN);
      expect(await problemOf(machine.removeOriginals(run))).toMatchObject({ code: 'originals-not-removed' });
      expect(await root.read(KEPT)).toBe('first');
    });

    it('leaves the original of a file that is empty', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, 'first');
      await machine.rewrite(DAEMON, 'first', 'second', RUN);
      await root.write(DAEMON, '');
      expect(await machine.removeOriginals(RUN)).toEqual({ removed: [], left: [KEPT] });
      expect(await root.read(KEPT)).toBe('first');
    });

    it('finds its own new text, whatever text is to be replaced', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, 'old');
      await machine.rewrite(DAEMON, 'old', 'new', RUN);
      expect(await machine.rewrite(DAEMON, 'new', 'new', RUN)).toBe('already');
      expect(await machine.rewrite(DAEMON, 'new', 'new', 'another-run')).toBe('already');
      expect(await root.list('/etc/default')).toEqual(['replicated', `replicated.circleci-backup-${RUN}`]);
    });

    it('goes on from what a killed run left', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, REPLICATED);
      await root.write(`${KEPT}.part`, 'half of the orig');
      await root.write(`${KEPT}.new`, 'half of the new');
      expect(await machine.rewrite(DAEMON, REPLICATED, 'new', RUN)).toBe('written');
      expect([await root.read(DAEMON), await root.read(KEPT)]).toEqual(['new', REPLICATED]);
      expect(await root.list('/etc/default')).toEqual(['replicated', `replicated.circleci-backup-${RUN}`]);
    });

    it('leaves the file whole where the disk is full, and writes it once there is room', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, REPLICATED, '640');
      await here().break('disk-full');
      const after = rewriteAddresses(REPLICATED, CHANGES).text;
      expect(await problemOf(machine.rewrite(DAEMON, REPLICATED, after, RUN))).toEqual({
        code: 'disk-full',
        path: DAEMON,
        device: expect.stringMatching(/^(?:\/dev\/\S+|tmpfs)$/),
        mountedAt: expect.stringMatching(/^\/(?:etc)?$/),
        lacks: 'space',
      });
      expect([await root.read(DAEMON), await root.mode(DAEMON)]).toEqual([REPLICATED, '640']);
      expect(await root.list('/etc/default')).toEqual(['replicated']);
      await here().makeRoom();
      expect(await machine.rewrite(DAEMON, REPLICATED, after, RUN)).toBe('written');
      expect([await root.read(DAEMON), await root.read(KEPT)]).toEqual([after, REPLICATED]);
    });

    it('has no file to write', async () => {
      const { machine, root } = here();
      await root.mkdir(DAEMON);
      expect(await problemOf(machine.rewrite(DAEMON, 'a', 'b', RUN))).toEqual({
        code: 'file-unreadable',
        path: DAEMON,
      });
      expect(await root.list(DAEMON)).toEqual([]);
    });
  });

  describe('mentions', () => {
    it('names file, line and variable, and nothing else of the line', async () => {
      const { machine, root } = here();
      await root.write(DAEMON, REPLICATED);
      await root.write('/etc/sysconfig/replicated', 'PRIVATE_ADDRESS=10.20.1.12\n');
      await root.write('/etc/hosts', '127.0.0.1 localhost\n10.20.1.12 CI.example.com\n10.20.1.120 other\n');
      await root.write(
        '/etc/circle-installation-customizations',
        'export SECRET=s3cr3t\nexport CIRCLE_URL=https://ci.example.com SECRET=s3cr3t\n',
      );
      await root.write('/etc/circleconfig/a b/customizations', 'X=www.ci.example.com\nY=10.20.1.12');
      const answer = await machine.mentions(['10.20.1.12', 'ci.example.com']);
      expect(answer.unread).toEqual([]);
      expect(answer.found).toHaveLength(5);
      expect(answer.found).toEqual(
        expect.arrayContaining([
          { path: '/etc/hosts', line: 2, needle: '10.20.1.12' },
          { path: '/etc/hosts', line: 2, needle: 'ci.example.com' },
          {
            path: '/etc/circle-installation-customizations',
            line: 2,
            needle: 'ci.example.com',
            name: 'CIRCLE_URL',
          },
          { path: '/etc/circleconfig/a b/customizations', line: 2, needle: '10.20.1.12', name: 'Y' },
          { path: '/etc/sysconfig/replicated', line: 1, needle: '10.20.1.12', name: 'PRIVATE_ADDRESS' },
        ]),
      );
      expect(JSON.stringify(answer)).not.toContain('s3cr3t');
    });

    it('finds none', async () => {
      expect(await here().machine.mentions(['10.99.1.12'])).toEqual({ found: [], unread: [] });
    });
  });
}
