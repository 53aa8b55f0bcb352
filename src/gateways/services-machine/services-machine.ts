import type { OpenServicesMachine, ServicesMachine } from '../../core/ports/services-machine.ts';
import type { OpenSsh, SshConnection } from '../../core/ports/ssh.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { isSystemReady, readAppStatus, readHostname, readLocalAddress } from './answers.ts';
import { lookAtData, storageDriver } from './data-look.ts';
import { mentions } from './mentions.ts';
import { hasNomad, removeNomad, runningJobs } from './nomad.ts';
import { removeOriginals } from './remove-originals.ts';
import { replicatedFiles } from './replicated-files.ts';
import { createReplicatedctl } from './replicatedctl.ts';
import { rewrite } from './rewrite.ts';
import { createRunAsRoot, printedBy } from './run-as-root.ts';
import { restartServices } from './services.ts';

/** Writing out a machine's memory takes a while where its disk is slow. */
const SYNC_MS = 300_000;

/** What Replicated says or does not say while it starts. */
const NOT_READY = new Set<Problem['code']>(['replicatedctl-failed', 'answer-unclear']);

/** How long the machine may take for an answer, in wall ms; restarts and `sync` have longer. */
const ANSWER_MS = 60_000;

export function createOpenServicesMachine(
  openSsh: OpenSsh,
  { answerMs = ANSWER_MS }: { answerMs?: number } = {},
): OpenServicesMachine {
  return async (at, options) =>
    createServicesMachine(await openSsh(at, options), { signal: options.signal, answerMs });
}

function createServicesMachine(
  connection: SshConnection,
  { signal, answerMs = ANSWER_MS }: { signal: AbortSignal; answerMs?: number },
): ServicesMachine {
  const run = createRunAsRoot(connection, { signal, answerMs });
  const replicatedctl = createReplicatedctl(run);
  return {
    replicatedFiles: (keptAs) => replicatedFiles(run, keptAs),
    rewrite: (path, before, after, keptAs) => rewrite(run, { path, before, after, keptAs }),
    removeOriginals: (keptAs) => removeOriginals(run, keptAs),
    mentions: (needles) => mentions(run, needles),
    appStatus: async () => readAppStatus(await replicatedctl('app', 'status')),
    stopApp: async ({ force } = { force: false }) => {
      await replicatedctl('app', 'stop', ...(force ? ['-f'] : []));
    },
    startApp: async () => {
      await replicatedctl('app', 'start');
    },
    restartServices: () => restartServices(run),
    systemReady: async () => {
      try {
        return isSystemReady(await replicatedctl('system', 'status'));
      } catch (error) {
        if (error instanceof ProblemError && NOT_READY.has(error.problem.code)) return false;
        throw error;
      }
    },
    localAddress: async () => readLocalAddress(await replicatedctl('params', 'export')),
    hostname: async () => readHostname(await replicatedctl('app-config', 'export')),
    setHostname: async (host) => {
      await replicatedctl('app-config', 'set', 'hostname', '--value', host);
      await replicatedctl('app', 'apply-config');
    },
    hasNomad: () => hasNomad(run),
    removeNomad: () => removeNomad(run),
    runningJobs: () => runningJobs(run),
    sync: async () => {
      await printedBy(run, { during: 'sync', script: 'sync', timeoutMs: SYNC_MS });
    },
    lookAtData: (wanted, options) => lookAtData(run, wanted, options),
    storageDriver: () => storageDriver(run),
    close: () => connection.close(),
  };
}
