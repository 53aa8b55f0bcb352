import { isStarted, isStopped } from '../../../src/core/model/app-status.ts';
import { eventually } from '../../faults/eventually.ts';
import { type MachineUnderTest, problemOf } from '../machine-under-test.ts';
import { REPLICATED, REPLICATED_OPERATOR } from '../replicated-texts.ts';

export function appContract(here: () => MachineUnderTest): void {
  describe('the application', () => {
    it('stops and starts', async () => {
      const { machine } = here();
      expect(await machine.appStatus()).toEqual({
        state: 'started',
        desired: 'started',
        isTransitioning: false,
      });
      await machine.stopApp();
      await eventually('it stops', async () => isStopped(await machine.appStatus()));
      await machine.startApp();
      expect((await machine.appStatus())?.desired).toBe('started');
      await eventually('it starts', async () => isStarted(await machine.appStatus()));
      await machine.stopApp({ force: true });
      await eventually('it stops again', async () => isStopped(await machine.appStatus()));
    });

    it('has a hostname, which can be set', async () => {
      const { machine } = here();
      expect(await machine.hostname()).toBe('ci.example.com');
      await machine.setHostname('ci2.example.com');
      expect(await machine.hostname()).toBe('ci2.example.com');
    });

    it('takes no command from a hostname', async () => {
      const { machine, root } = here();
      await machine.setHostname("x'; touch /etc/owned; echo '$(touch /etc/owned)");
      expect(await root.exists('/etc/owned')).toBe(false);
    });
  });

  describe('Replicated', () => {
    it('is restarted before its operator, and then works with the new address', async () => {
      const { machine, root, restarted } = here();
      await root.write('/etc/default/replicated', REPLICATED);
      await root.write('/etc/default/replicated-operator', REPLICATED_OPERATOR);
      expect(await machine.restartServices()).toEqual(['replicated', 'replicated-operator']);
      await eventually('it is ready', () => machine.systemReady());
      expect(await machine.localAddress()).toBe('10.20.1.12');
      await root.write('/etc/default/replicated', REPLICATED.replace('10.20.1.12', '10.20.7.9'));
      await machine.restartServices();
      await eventually('it is ready', () => machine.systemReady());
      expect(await machine.localAddress()).toBe('10.20.7.9');
      expect(await restarted()).toEqual([
        'replicated',
        'replicated-operator',
        'replicated',
        'replicated-operator',
      ]);
    });

    it('has an agent in 1.2, and may have neither', async () => {
      const { machine, root } = here();
      await root.write('/etc/sysconfig/replicated', 'X=1\n');
      expect(await machine.restartServices()).toEqual(['replicated']);
      await root.write('/etc/sysconfig/replicated-agent', 'X=1\n');
      expect(await machine.restartServices()).toEqual(['replicated', 'replicated-agent']);
    });

    it('is not restarted', async () => {
      await here().break('service-fails');
      expect(await problemOf(here().machine.restartServices())).toMatchObject({
        code: 'service-restart-failed',
        service: 'replicated',
        restarted: [],
      });
    });
  });

  describe('Nomad', () => {
    it('has state that can be removed', async () => {
      const { machine, root } = here();
      expect(await machine.hasNomad()).toBe(false);
      await root.write('/opt/nomad/server/raft/raft.db', 'x');
      expect(await machine.hasNomad()).toBe(true);
      await machine.removeNomad();
      expect(await machine.hasNomad()).toBe(false);
      expect(await root.exists('/opt/nomad')).toBe(false);
      await machine.removeNomad();
    });

    it('has state on a volume of its own, which is not emptied', async () => {
      const { machine, root } = here();
      await root.write('/opt/nomad/server/raft.db', 'x');
      await root.write(
        '/proc/mounts',
        '/dev/nvme0n1p1 / ext4 rw 0 0\n/dev/nvme1n1 /opt/nomad/server ext4 rw 0 0\n',
      );
      expect(await problemOf(machine.removeNomad())).toEqual({ code: 'nomad-mounted', path: '/opt/nomad' });
      expect(await root.read('/opt/nomad/server/raft.db')).toBe('x');
    });

    it('runs jobs', async () => {
      const { machine, runJobs } = here();
      expect(await machine.runningJobs()).toEqual([]);
      await runJobs(['5bd1f6a4c9e77c000121ab3f-0', '5bd1f6a4c9e77c000121ab40-1']);
      expect(await machine.runningJobs()).toEqual([
        '5bd1f6a4c9e77c000121ab3f-0',
        '5bd1f6a4c9e77c000121ab40-1',
      ]);
    });
  });

  it('has the kernel write everything out', async () => {
    await here().machine.sync();
  });

  describe('faults', () => {
    it.each([
      ['sudo-asks-for-password', { code: 'sudo-refused', during: 'replicatedctl app status' }],
      ['sudo-missing', { code: 'sudo-missing', during: 'replicatedctl app status' }],
      ['replicatedctl-missing', { code: 'replicatedctl-missing' }],
      ['replicatedctl-babbles', { code: 'answer-unclear', command: 'replicatedctl app status' }],
      ['replicatedctl-fails', { code: 'replicatedctl-failed', command: 'replicatedctl app status' }],
    ] as const)('%s', async (fault, problem) => {
      await here().break(fault);
      expect(await problemOf(here().machine.appStatus())).toMatchObject(problem);
    });

    it('replicatedctl that never ends: an end of the waiting, not of the connection', async () => {
      await here().break('replicatedctl-hangs');
      const impatient = await here().connect({ answerMs: 2_000 });
      try {
        expect(await problemOf(impatient.appStatus())).toMatchObject({
          code: 'replicatedctl-silent',
          command: 'replicatedctl app status',
          afterMs: 2_000,
        });
        await eventually('it answers something else', async () => {
          return (await problemOf(impatient.hasNomad())) === 'no problem: false';
        });
      } finally {
        impatient.close();
      }
    });

    it.each(['replicatedctl-babbles', 'replicatedctl-fails'] as const)('%s: not ready', async (fault) => {
      await here().break(fault);
      expect(await here().machine.systemReady()).toBe(false);
    });

    it('nomad is missing', async () => {
      await here().break('nomad-missing');
      expect(await problemOf(here().machine.runningJobs())).toEqual({ code: 'nomad-missing' });
    });
  });
}
