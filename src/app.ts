import { join } from 'node:path';
import { openDatabase } from './app/database.ts';
import { SOCKET } from './cli/protocol.ts';
import { type CommandServer, createCommandServer } from './cli/server.ts';
import { COMMAND, type CommandDeps } from './commands/base/verb.ts';
import { VERBS } from './commands/index.ts';
import type { Config } from './config/config.ts';
import { programVersion } from './config/version.ts';
import type { Target } from './core/model/target.ts';
import type { Clock } from './core/ports/clock.ts';
import type { Ec2 } from './core/ports/ec2.ts';
import type { Log } from './core/ports/log.ts';
import { nobodyAsked } from './core/ports/members.ts';
import { noPing } from './core/ports/ping.ts';
import type { StepEvent } from './core/ports/step-event.ts';
import { createRedact } from './core/text/redact.ts';
import { createBuildsApi } from './gateways/builds-api/builds-api.ts';
import { createOpenDevConsole } from './gateways/dev-console/dev-console.ts';
import type { createEc2 } from './gateways/ec2/ec2.ts';
import { createLazyEc2 } from './gateways/ec2/lazy-ec2.ts';
import { createPing } from './gateways/ping.ts';
import { createOpenServicesMachine } from './gateways/services-machine/services-machine.ts';
import { type Dial, dialTcp } from './gateways/ssh/dial.ts';
import { createLazySsh } from './gateways/ssh/lazy-ssh.ts';
import { createProbeWeb } from './gateways/web-probe.ts';
import { createDrain } from './ops/drain.ts';
import { createHealthServer, type HealthCheck } from './ops/health.ts';
import { createHttpServer } from './ops/http-server.ts';
import { createLog } from './ops/log.ts';
import { createMetrics } from './ops/metrics.ts';
import { sha256 } from './ops/sha256.ts';
import { systemClock } from './ops/system-clock.ts';
import { createTroubles } from './ops/troubles.ts';
import { recordRequest, startRecorded } from './runs/request-backup.ts';
import { watchApprovals } from './schedule/approvals.ts';
import { watchChecklists } from './schedule/checklists.ts';
import { sendDigests } from './schedule/digest.ts';
import { keepLooking } from './schedule/keep-looking.ts';
import { createRoutine } from './schedule/routine.ts';
import { watchSilence } from './schedule/silence.ts';
import { keepStore } from './schedule/upkeep.ts';
import { boltLogger } from './slack/bolt-logger.ts';
import { checkPlaces } from './slack/preflight.ts';
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

/** The effects of the whole bot. The sandbox and tests hand in a faster clock; the rest is the same there. */
export interface Gateways {
  /** The clock of backups; servers and connections keep to the wall. */
  clock: Clock;
  random: () => number;
  createEc2: typeof createEc2;
  /** Opens connections to the machines themselves: SSH, and what answers on the web. */
  dial: Dial;
  /** Asks CircleCI's API. */
  fetch: typeof fetch;
  /** Ends the process at once; called for a second signal only. */
  exit: (code: number) => void;
  /** Where log lines go; standard output when missing. */
  logDestination?: { write(line: string): unknown };
  /** Told of each step of each run, from its request on. */
  observe?: (event: StepEvent) => void;
  /** Further pragmas of the store, e.g. `max_page_count = 60`, for a disk that is full. */
  storePragmas?: readonly string[];
  /** How long one HTTP request to AWS may take, in wall ms. */
  awsTimeoutMs?: number;
  /** How long one call to Slack may take, in wall ms. */
  slackTimeoutMs?: number;
  /** After how many wall ms an asker is told that it takes a moment. */
  sayWaitingAfterMs?: number;
  /** How long the Services machine may take for an answer, in wall ms; what is known to take long has longer. */
  machineAnswerMs?: number;
  /** How long one answer of the dev-console may take, in wall ms. */
  consoleAnswerMs?: number;
  /** How often everything looks for what nobody told it of, in ms of the clock; each looker's own default when missing. */
  lookEveryMs?: number;
}

export const systemGateways: Gateways = {
  clock: systemClock,
  random: Math.random,
  createEc2: createLazyEc2,
  dial: dialTcp,
  fetch: (input, init) => fetch(input, init),
  exit: (code) => process.exit(code),
};

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
const RECONCILE_EVERY_MS = 60_000;
const PLACES_AGAIN_MS = 10 * 60_000;
/** A fleet that begins at once takes seconds until the engine has all of its runs. */
const ON_THE_WAY_MS = 30_000;
/** A result that does not reach Slack for this long is something an orchestrator should know. */
const OUTBOX_LATE_MS = 10 * 60_000;

/** The one place where the bot's objects are joined. Nothing happens before `start`, but the database is opened. */
export async function createApp(config: Config, gateways: Gateways): Promise<App> {
  const { clock, random } = gateways;
  const looks = gateways.lookEveryMs === undefined ? {} : { lookEveryMs: gateways.lookEveryMs };
  const redact = createRedact(config.secrets);
  const log = createLog({
    level: config.logLevel,
    redact,
    ...(gateways.logDestination === undefined ? {} : { destination: gateways.logDestination }),
  });
  const metrics = createMetrics(redact);
  for (const warning of config.warnings) log.warn({}, warning);
  const troubles = createTroubles(log);
  const version = programVersion();
  const { store, backend, exposed } = await openDatabase(config.database, {
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
      ...(gateways.slackTimeoutMs === undefined ? {} : { callTimeoutMs: gateways.slackTimeoutMs }),
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
    },
  );

  const regions = new Map<string, Ec2 & { close(): void }>();
  const ec2 = (region: string) => {
    const known = regions.get(region);
    if (known !== undefined) return known;
    const made = gateways.createEc2(
      {
        region,
        endpointEc2: config.aws.endpointEc2,
        endpointEbs: config.aws.endpointEbs,
        credentials: config.aws.credentials,
        ...(gateways.awsTimeoutMs === undefined ? {} : { requestTimeoutMs: gateways.awsTimeoutMs }),
      },
      { clock, random, metrics, log },
    );
    regions.set(region, made);
    return made;
  };

  const ping =
    config.pingUrl === undefined
      ? noPing
      : createPing(config.pingUrl, { fetch: systemGateways.fetch, log, redact });
  // What the store keeps is redacted, so a plan's digest is of its redacted text.
  const digest = (text: string) => sha256(redact(text));
  const observe = gateways.observe ?? (() => {});
  const openSsh = createLazySsh({ dial: gateways.dial, clock, log });
  const openMachine = createOpenServicesMachine(openSsh, {
    ...(gateways.machineAnswerMs === undefined ? {} : { answerMs: gateways.machineAnswerMs }),
  });
  const probeWeb = createProbeWeb(gateways.dial);
  const openConsole = createOpenDevConsole({ clock: systemClock, redact });
  const buildsApi = ({ circleciUrl, circleciToken: token }: Target) =>
    circleciUrl === undefined || token === undefined
      ? undefined
      : createBuildsApi({ fetch: gateways.fetch, clock, circleciUrl, token });
  const engine = createEngine(backend, {
    targets: config.targets,
    clock,
    ec2,
    store,
    members: slack.members,
    digest,
    notifier: slack.outbox,
    openSsh,
    openMachine,
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

  const commands: CommandDeps = {
    version,
    targets: config.targets,
    store,
    ec2,
    openMachine,
    buildsApi,
    engine,
    members: slack.members,
    pings: config.pingUrl !== undefined,
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
    members: nobodyAsked,
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

  async function checks(): Promise<HealthCheck[]> {
    const database = await store.checkWritable().then(
      () => ({ ok: true, detail: 'the database can be written' }),
      (error: unknown) => ({ ok: false, detail: error instanceof Error ? error.message : String(error) }),
    );
    const waitMs = database.ok ? await slack.outbox.oldestWaitMs() : 0;
    const outbox =
      waitMs < OUTBOX_LATE_MS
        ? { ok: true, detail: 'messages arrive' }
        : { ok: false, detail: `a message has waited for Slack for ${Math.round(waitMs / 60_000)} minutes` };
    return [
      { name: 'slack', ...slack.health() },
      { name: 'database', ...database },
      { name: 'outbox', ...outbox },
      ...troubles.checks(),
    ];
  }

  const routine = createRoutine({
    targets: config.targets,
    store,
    notifier: slack.outbox,
    clock,
    log,
    requests: {
      record: (request) => recordRequest(request, commands),
      start: (input) => startRecorded(input, commands),
    },
  });

  const health = createHealthServer({
    ...config.ops,
    metrics,
    checks,
    isReady: () => isReady,
    version,
    log,
  });
  let opsPort = 0;
  let answered = async () => {};
  const stopping = new AbortController();
  let checking = Promise.resolve();
  let placing = Promise.resolve();
  let isReady = false;
  let watching: Promise<unknown> = Promise.resolve();

  return {
    log,
    opsPort: () => opsPort,
    async start() {
      opsPort = await health.start();
      drain.add('health', () => health.stop());
      drain.add('outbox', () => slack.outbox.stop());
      drain.add('outbox', () => ping.settled(), PING_LIMIT_MS);
      addWorker();
      await listenOnSocket(commandServer(false));
      await reconcile({ store, engine, notifier: slack.outbox, clock, log });
      await engine.startWorker();
      checking = keepLooking(
        { clock, log },
        {
          everyMs: gateways.lookEveryMs ?? RECONCILE_EVERY_MS,
          failed: 'the check of running runs failed; the next one follows',
        },
        stopping.signal,
        () => reconcile({ store, engine, notifier: slack.outbox, clock, log, onTheWayMs: ON_THE_WAY_MS }),
      );
      // Backups are made by themselves whether Slack answers or not.
      if (routine.schedules.length > 0) await startSchedule();
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
      watching = Promise.all(
        [watchSilence, sendDigests, watchApprovals, watchChecklists, keepStore].map((watch) =>
          watch(watched, stopping.signal),
        ),
      );
      drain.add('listener', () => slack.stop());
      // With schedules there is something to do without Slack; without any, whoever starts the bot reads what is wrong.
      await slack.start(commands, { goesOn: routine.schedules.length > 0 });
      const arePlaced = slack.health().ok && (await lookAtPlaces());
      isReady = true;
      const targets = config.targets.map((target) => target.name);
      log.info({ version, targets, opsPort }, 'the bot is ready');
      placing = keepChecking(arePlaced);
    },
    async startAlone() {
      addWorker();
      await listenOnSocket(commandServer(true));
    },
    answered: () => answered(),
    stop: (reason) => drain.run(reason),
  };

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
      await Promise.all([checking, watching, placing]);
      await engine.stop();
      for (const region of regions.values()) region.close();
    });
  }

  /** Whether the channels and groups of the settings are all there. */
  async function lookAtPlaces(): Promise<boolean> {
    const places = await checkPlaces(config.targets, slack.members);
    for (const { name, trouble } of places) troubles.set(name, trouble);
    return places.every(({ trouble }) => trouble === undefined);
  }

  async function keepChecking(arePlaced: boolean): Promise<void> {
    for (let done = arePlaced; !done && !stopping.signal.aborted; done = await lookAtPlaces())
      await clock.sleep(PLACES_AGAIN_MS, stopping.signal);
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
