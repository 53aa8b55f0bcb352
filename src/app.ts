import { join } from 'node:path';
import { openDatabase } from './app/database.ts';
import { type Gateways, systemGateways } from './app/gateways.ts';
import { SOCKET } from './cli/protocol.ts';
import { type CommandServer, createCommandServer } from './cli/server.ts';
import { COMMAND, type CommandDeps } from './commands/base/verb.ts';
import { examineOnce } from './commands/doctor/doctor.ts';
import { VERBS } from './commands/index.ts';
import type { Config } from './config/config.ts';
import { programVersion } from './config/version.ts';
import { createBoard } from './core/doctor/line.ts';
import { defined } from './core/model/defined.ts';
import type { Target } from './core/model/target.ts';
import type { Log } from './core/ports/log.ts';
import { nobodyAsked } from './core/ports/members.ts';
import { noPing } from './core/ports/ping.ts';
import type { Store } from './core/store/store.ts';
import { createRedact } from './core/text/redact.ts';
import { createBuildsApi } from './gateways/builds-api/builds-api.ts';
import { createOpenDevConsole } from './gateways/dev-console/dev-console.ts';
import { createRegions } from './gateways/ec2/regions.ts';
import { createOpenJobs } from './gateways/jobs/jobs.ts';
import { createPing } from './gateways/ping.ts';
import { createLazyRds } from './gateways/rds/lazy-rds.ts';
import { createOpenRestic } from './gateways/restic/restic.ts';
import { createOpenServicesMachine } from './gateways/services-machine/services-machine.ts';
import { createLazySsh } from './gateways/ssh/lazy-ssh.ts';
import { createProbeWeb } from './gateways/web-probe.ts';
import { healthChecks } from './ops/checks.ts';
import { createDrain } from './ops/drain.ts';
import { createHealthServer } from './ops/health.ts';
import { createHttpServer } from './ops/http-server.ts';
import { createLog } from './ops/log.ts';
import { createMetrics } from './ops/metrics.ts';
import { sha256 } from './ops/sha256.ts';
import { systemClock } from './ops/system-clock.ts';
import { createTroubles } from './ops/troubles.ts';
import { createVitals } from './ops/vitals.ts';
import { watchApprovals } from './schedule/approvals.ts';
import { watchChecklists } from './schedule/checklists.ts';
import { sendDigests } from './schedule/digest.ts';
import { createDuties } from './schedule/duties.ts';
import { keepLooking } from './schedule/keep-looking.ts';
import { createRoutine } from './schedule/routine.ts';
import { watchSilence } from './schedule/silence.ts';
import { keepStore } from './schedule/upkeep.ts';
import { boltLogger } from './slack/bolt-logger.ts';
import { createPlaces } from './slack/preflight.ts';
import { createSlack } from './slack/slack.ts';
import { createEngine } from './workflows/engine/engine.ts';
import { reconcile } from './workflows/engine/reconcile.ts';

export { migrateDatabase, verifyAuditOf } from './app/database.ts';
export { leanHeap } from './ops/lean-heap.ts';

/** What people can type, for the sandbox's suggestions. */
export const TYPED: readonly { text: string; help: string }[] = VERBS.map((verb) => ({
  text: `${COMMAND} ${verb.usage}`,
  help: verb.summary,
}));

export interface App {
  /** Resolves when commands are answered and interrupted runs go on. Rejects with what stands against starting. */
  start(): Promise<void>;
  /** Instead of `start`, where no bot runs: command lines are answered on the socket, and Slack is not spoken to. */
  startAlone(): Promise<void>;
  /** Resolves when no command line is being answered. */
  answered(): Promise<void>;
  /** Stops in order within the grace time; runs stay resumable. */
  stop(reason: string): Promise<{ clean: boolean }>;
  /** The port of /healthz and /metrics. */
  opsPort(): number;
  log: Log;
}

/** What a stop waits for a ping that is under way. */
const PING_LIMIT_MS = 3_000;
/** The word by which processes tell each other that the outbox has something new; any other is the id of a run. */
const WAKE = 'outbox';
const RECONCILE_EVERY_MS = 60_000;
/** A fleet that begins at once takes seconds until the engine has all of its runs. */
const ON_THE_WAY_MS = 30_000;

/** The one place where the bot's objects are joined. Nothing happens before `start`, but the database is opened. */
export async function createApp(config: Config, gateways: Gateways): Promise<App> {
  const { clock, random } = gateways;
  const looks = defined({ lookEveryMs: gateways.lookEveryMs });
  const redact = createRedact(config.secrets);
  const log = createLog({
    level: config.logLevel,
    redact,
    ...defined({ destination: gateways.logDestination }),
  });
  const metrics = createMetrics(redact);
  for (const warning of config.warnings) log.warn({}, warning);
  const troubles = createTroubles(log);
  const version = programVersion();
  const { store, backend, engineRunOf, shared, exposed } = await openDatabase(config.database, {
    redact,
    pragmas: gateways.storePragmas ?? [],
    now: () => clock.now(),
    onAudit: (row) => log.info({ audit: row }, 'audit row written'),
  });
  for (const { path, mode } of exposed)
    log.warn(
      { path, mode },
      `others on this machine can look into ${path}; take that from them with chmod go= ${path}`,
    );
  const drain = createDrain({ graceMs: config.stopGraceMs, clock: systemClock, exit: gateways.exit, log });
  drain.add('store', () => store.close());

  const slack = createSlack(
    {
      ...config.slack,
      ...defined({ callTimeoutMs: gateways.slackTimeoutMs }),
      sayWaitingAfterMs: gateways.sayWaitingAfterMs,
    },
    {
      store,
      clock,
      wall: systemClock,
      fetch: systemGateways.fetch,
      log,
      logger: boltLogger(log),
      metrics,
      redact,
      serve: (answer) => createHttpServer(answer, { log }),
      ...looks,
      ...(shared === undefined ? {} : { duty: sending, tellOthers: () => shared.tell(WAKE) }),
    },
  );

  const regions = createRegions(
    gateways.createEc2,
    { ...config.aws, ...defined({ requestTimeoutMs: gateways.awsTimeoutMs }) },
    { clock, random, metrics, log },
  );
  const { of: ec2 } = regions;
  const databases = createRegions(
    createLazyRds,
    { ...config.aws, ...defined({ requestTimeoutMs: gateways.awsTimeoutMs }) },
    { clock, random, metrics },
  );
  const { of: rds } = databases;

  const ping =
    config.pingUrl === undefined
      ? noPing
      : createPing(config.pingUrl, { fetch: systemGateways.fetch, log, redact });
  // What the store keeps is redacted, so a plan's digest is of its redacted text.
  const digest = (text: string) => sha256(redact(text));
  const observe = gateways.observe ?? (() => {});
  const openSsh = createLazySsh({ dial: gateways.dial, clock, log });
  const openMachine = createOpenServicesMachine(openSsh, defined({ answerMs: gateways.machineAnswerMs }));
  const openJobs = createOpenJobs(openSsh, defined({ answerMs: gateways.machineAnswerMs }));
  const openRestic = createOpenRestic(openJobs, () => clock.now());
  const probeWeb = createProbeWeb(gateways.dial);
  const openConsole = createOpenDevConsole({ clock: systemClock, redact });
  const buildsApi = ({ circleciUrl, circleciToken: token }: Target) =>
    circleciUrl === undefined || token === undefined
      ? undefined
      : createBuildsApi({ fetch: gateways.fetch, clock, circleciUrl, token });
  const ownEngine = createEngine(backend, {
    engineRunOf,
    shared:
      shared === undefined
        ? undefined
        : { whileRunning: (run) => shared.whileRunning(run), monotonicMs: () => performance.now() },
    targets: config.targets,
    clock,
    ec2,
    store,
    members: slack.members,
    digest,
    notifier: slack.outbox,
    openSsh,
    openMachine,
    openJobs,
    openRestic,
    rds,
    openConsole,
    consoleAnswerMs: gateways.consoleAnswerMs,
    buildsApi,
    probeWeb,
    log,
    ping,
    metrics,
    redact,
    observe,
  });

  const vitals = createVitals({
    settings: config.warnings,
    dataFolder: config.database.kind === 'sqlite' ? config.database.folder : undefined,
    pingUrl: config.pingUrl,
    slackUrl: config.slack.apiUrl ?? 'https://slack.com/api/',
    slack: slack.vitals,
    fetch: systemGateways.fetch,
    dial: systemGateways.dial,
    wall: systemClock,
  });

  const engine: typeof ownEngine = {
    ...ownEngine,
    nudge(runId) {
      ownEngine.nudge(runId);
      shared?.tell(runId);
    },
  };

  /** What one process does for all of them, until it is to end. */
  const duties =
    shared === undefined
      ? undefined
      : createDuties(
          {
            leases: shared.leases,
            holder: crypto.randomUUID(),
            clock: systemClock,
            monotonicMs: () => performance.now(),
            log,
          },
          async ({ name, fence, signal }) => {
            slack.outbox.woken();
            await watchAll(shared.whileLeased(name, fence), AbortSignal.any([signal, stopping.signal]));
          },
        );

  function sending() {
    const duty = duties?.current();
    if (duty === undefined || shared === undefined) return undefined;
    const { name, fence, isHeld } = duty;
    return { fence, isHeld, store: shared.whileLeased(name, fence) };
  }

  const commands: CommandDeps = {
    version,
    targets: config.targets,
    store,
    ec2,
    openMachine,
    openRestic,
    buildsApi,
    engine,
    members: slack.members,
    pings: config.pingUrl !== undefined,
    vitals,
    board: createBoard(),
    notifier: slack.outbox,
    clock,
    timeLimit: (ms) => AbortSignal.timeout(ms),
    random,
    digest,
    log,
    observe,
  };

  /** With nobody beside it: it knows nobody of Slack, and the worker starts with the first run. */
  const alone: CommandDeps = {
    ...commands,
    members: { ...nobodyAsked, botIsIn: slack.members.botIsIn, peopleIn: slack.members.peopleIn },
    vitals: {
      ...vitals,
      async slack() {
        const seen = await vitals.slack();
        return seen.state === 'answers'
          ? { ...seen, connection: { ok: false, detail: 'no bot is running' } }
          : seen;
      },
    },
    engine: {
      ...engine,
      async start(workflow, input, runId) {
        await startWorkerOnce();
        return engine.start(workflow, input, runId);
      },
    },
  };
  let working: Promise<void> | undefined;
  const startWorkerOnce = () => (working ??= engine.startWorker());

  const commandServer = (isAlone: boolean) =>
    createCommandServer({
      commands: isAlone ? alone : commands,
      users: config.commandLine.users,
      isAlone,
      wall: systemClock,
      serve: (answer) => createHttpServer(answer, { log }),
      log,
      version,
    });

  const routine = createRoutine(commands);

  const health = createHealthServer({
    ...config.ops,
    metrics,
    checks: () => healthChecks({ store, slack, troubles }),
    isReady: () => isReady,
    version,
    log,
  });
  const places = createPlaces(
    { members: slack.members, clock, tell: (name, trouble) => troubles.set(name, trouble) },
    config.targets,
  );
  let opsPort = 0;
  let answered = async () => {};
  const stopping = new AbortController();
  /** The duties are given back when nothing is left to be sent by this process. */
  const leaving = new AbortController();
  let placing: Promise<unknown> = Promise.resolve();
  let looking: Promise<unknown> = Promise.resolve();
  let isReady = false;
  let watching: Promise<unknown> = Promise.resolve();

  return {
    log,
    opsPort: () => opsPort,
    async start() {
      opsPort = await health.start();
      drain.add('health', () => health.stop());
      drain.add('outbox', async () => {
        await slack.outbox.stop();
        leaving.abort();
        await watching;
      });
      drain.add('outbox', () => ping.settled(), PING_LIMIT_MS);
      addWorker();
      await listenOnSocket(commandServer(false));
      await reconcile({
        store,
        engine,
        notifier: slack.outbox,
        clock,
        log,
        // What another process has just taken a lock for, it will start.
        ...(shared === undefined ? {} : { onTheWayMs: ON_THE_WAY_MS }),
      });
      await engine.startWorker();
      // Backups are made by themselves whether Slack answers or not.
      if (routine.schedules.length > 0) await startSchedule();
      shared?.hear((word) => {
        if (word === WAKE) slack.outbox.woken();
        else ownEngine.nudge(word);
      });
      watching = duties === undefined ? watchAll(store, stopping.signal) : duties.run(leaving.signal);
      drain.add('listener', () => slack.stop());
      // With schedules there is something to do without Slack; without any, whoever starts the bot reads what is wrong.
      await slack.start(commands, { goesOn: routine.schedules.length > 0 });
      const arePlaced = slack.health().ok && (await places.look());
      isReady = true;
      const targets = config.targets.map((target) => target.name);
      log.info({ version, targets, opsPort }, 'the bot is ready');
      if (!arePlaced) placing = places.keepLooking(stopping.signal);
      looking = examineOnce(gateways.doctorAfterMs, config.targets, commands, stopping.signal);
    },
    async startAlone() {
      addWorker();
      await listenOnSocket(commandServer(true));
    },
    answered: () => answered(),
    stop: (reason) => drain.run(reason),
  };

  /** What must be done by one process alone, until the signal aborts. */
  async function watchAll(store: Store, signal: AbortSignal): Promise<void> {
    const watched = {
      targets: config.targets,
      ec2,
      store,
      notifier: slack.outbox,
      clock,
      log,
      digest,
      metrics,
      areMetricsRead: () => metrics.wasRendered(),
      onRead: (region: string, trouble?: string) => troubles.set(`EC2 in ${region}`, trouble),
      ...looks,
    };
    await Promise.all([
      ...[watchSilence, sendDigests, watchApprovals, watchChecklists, keepStore].map((watch) =>
        watch(watched, signal),
      ),
      keepLooking(
        { clock, log },
        {
          everyMs: gateways.lookEveryMs ?? RECONCILE_EVERY_MS,
          failed: 'the check of running runs failed; the next one follows',
        },
        signal,
        () => reconcile({ store, engine, notifier: slack.outbox, clock, log, onTheWayMs: ON_THE_WAY_MS }),
      ),
    ]);
  }

  /** Without the command line there is Slack: what keeps the socket from being made is told, and ends nothing. */
  async function listenOnSocket(server: CommandServer): Promise<void> {
    const { folder } = config.commandLine;
    if (folder === undefined) return log.info({}, 'without RUN_DIR there is no socket for the command line');
    const socket = join(folder, SOCKET);
    answered = server.idle;
    try {
      await server.start(socket);
      drain.add('listener', server.stop);
    } catch (error) {
      log.warn(
        { err: error, socket },
        'the command line cannot reach this bot; RUN_DIR names another folder for its socket',
      );
    }
  }

  function addWorker(): void {
    drain.add('worker', async () => {
      stopping.abort();
      await Promise.all([...(duties === undefined ? [watching] : []), placing, looking]);
      await engine.stop();
      regions.close();
      databases.close();
    });
  }

  async function startSchedule(): Promise<void> {
    // Loaded for those who have a schedule: without Bree the bot starts a twentieth faster.
    const { createSchedule } = await import('./schedule/bree.ts');
    const schedule = createSchedule({
      schedules: routine.schedules,
      onTick: (keys) => void routine.look(keys),
      clock,
      log,
      ...looks,
    });
    drain.add('schedule', () => schedule.stop());
    await schedule.start();
  }
}
