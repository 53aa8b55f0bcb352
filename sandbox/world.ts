import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateways, systemGateways } from '../src/app/gateways.ts';
import { type App, createApp } from '../src/app.ts';
import { readConfig } from '../src/config/config.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import { createEc2Server, type Ec2Options, type Ec2Server } from './ec2/wire/server.ts';
import { standardInstall } from './ec2/world.ts';
import { addFleet, type FleetTarget } from './fleet.ts';
import { dialThrough } from './machine/access/dial-through.ts';
import { fetchThrough } from './machine/access/fetch-through.ts';
import type { Machines } from './machine/machines.ts';
import { scaledClock } from './scaled-clock.ts';
import { createServicesMachines, type ServicesMachinesOptions } from './services-machines.ts';
import type { Channel, Member, SlackServer, SlackServerOptions } from './slack/model.ts';
import { createSlackServer } from './slack/server.ts';
import { inventedWorkspace } from './slack/workspace.ts';

export const SANDBOX_TOKENS = {
  bot: 'xoxb-sandbox-0000000000-bot',
  app: 'xapp-1-SANDBOX-0000000000-app',
  signingSecret: 'sandbox0signing0secret0000000000',
} as const;

export interface WorldOptions {
  /** How many times faster than the wall the bot's and the servers' clock runs. Default 1. */
  speed?: number;
  /** Everybody's clock, in place of one of that speed. */
  clock?: Clock;
  /** Kept when given; else a temporary folder that goes with the world. */
  dataFolder?: string;
  /** Where the bot keeps its own data, by the folder; files there when missing. */
  databaseUrl?: (folder: string) => string;
  /** Further settings of the bot, or other values of those the world sets. */
  env?: Record<string, string>;
  slack?: Partial<SlackServerOptions>;
  ec2?: Partial<Ec2Options>;
  /** What the Services machines are like, and how fast. */
  machines?: Pick<ServicesMachinesOptions, 'install' | 'timing'>;
  gateways?: Partial<Gateways>;
  /** false leaves EC2 empty. */
  standardInstall?: boolean;
  /** Several targets, by name or with a region of their own, each with a machine, in place of the one named `prod`. */
  fleet?: readonly (string | FleetTarget)[];
  /** true: the (first) machine has an Elastic IP, to which CircleCI’s name leads. */
  hasElasticIp?: boolean;
}

/** Everything there is outside the bot, at the wire, and the unmodified bot in it. */
export interface World {
  clock: Clock;
  slack: SlackServer;
  ec2: Ec2Server;
  /** The other regions in which targets of the fleet are. */
  elsewhere: readonly Ec2Server[];
  /** What runs on EC2's instances. */
  machines: Machines;
  /** The way to their addresses, for `dialThrough` in a process of its own. */
  networkUrl: string;
  /** What the bot would be started with as a process of its own. */
  env: Record<string, string>;
  dataFolder: string;
  /** The channel of the backups. */
  channel: Channel;
  /** Two operators, and somebody without rights. */
  ana: Member;
  ben: Member;
  cleo: Member;
  /** Log lines of the bot, newest last. */
  log: string[];
  /** Starts the bot in this process; again after `stopBot`. */
  startBot(gateways?: Partial<Gateways>): Promise<App>;
  stopBot(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? scaledClock(options.speed ?? 1);
  const workspace = options.slack?.workspace ?? inventedWorkspace();
  const slack = await createSlackServer({
    workspace,
    botToken: SANDBOX_TOKENS.bot,
    delivery: { kind: 'socket', appToken: SANDBOX_TOKENS.app },
    clock,
    ...options.slack,
  });
  const own = options.dataFolder === undefined ? mkdtempSync(join(tmpdir(), 'circleci-backup-')) : undefined;
  const dataFolder = options.dataFolder ?? own ?? '';
  const services = await createServicesMachines({ clock, dataFolder, ...options.machines });
  const { machines, network } = services;
  const fleet = options.fleet?.map((one) => (typeof one === 'string' ? { name: one } : one));
  const region = options.ec2?.region ?? 'eu-west-1';
  const inRegion = (own: Partial<Ec2Options>) =>
    createEc2Server({ clock, machines: machines.hooks, ...options.ec2, ...own });
  const regions = new Set(fleet?.flatMap((one) => one.region ?? []));
  regions.delete(region);
  const elsewhere = await Promise.all([...regions].map((other) => inRegion({ region: other })));
  const ec2 = await inRegion({ region, elsewhere });
  const ec2In = (wanted: string | undefined) => elsewhere.find((one) => one.region === wanted) ?? ec2;
  if (options.standardInstall !== false && fleet === undefined) standardInstall(ec2);
  const [ana, ben, cleo] = workspace.people;
  const channel = workspace.channels[0];
  if (ana === undefined || ben === undefined || cleo === undefined || channel === undefined) {
    throw new Error('the invented workspace has too few people or channels');
  }

  const env: Record<string, string> = {
    SLACK_BOT_TOKEN: SANDBOX_TOKENS.bot,
    SLACK_APP_TOKEN: SANDBOX_TOKENS.app,
    SLACK_API_URL: slack.apiUrl,
    ...(fleet === undefined
      ? { TARGET_NAME: 'prod' }
      : { TARGETS_FILE: addFleet(ec2In, dataFolder, fleet, machines) }),
    BACKUP_CHANNEL: channel.id,
    OPERATORS: workspace.userGroups[0]?.id ?? '',
    APPROVERS: workspace.userGroups[1]?.id ?? '',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_EC2: ec2.url,
    AWS_ENDPOINT_URL_EBS: ec2.url,
    AWS_ENDPOINT_URL_RDS: ec2.url,
    AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
    AWS_SECRET_ACCESS_KEY: 'sandbox-secret-access-key-000000000000',
    SERVICES_INSTANCE: 'tag:Name=circleci_services',
    ...services.env,
    DATABASE_URL: options.databaseUrl?.(dataFolder) ?? `sqlite:${dataFolder}`,
    OPS_HOST: '127.0.0.1',
    OPS_PORT: '0',
    LOG_LEVEL: 'info',
    STOP_GRACE: '5s',
    ...options.env,
  };
  const [first] = ec2.instances.values();
  if (first !== undefined && options.hasElasticIp === true) ec2.addAddress({ instanceId: first.instanceId });
  if (first?.publicIp !== undefined) services.point(first.publicIp);
  const log: string[] = [];
  let app: App | undefined;

  return {
    clock,
    slack,
    ec2,
    elsewhere,
    machines,
    networkUrl: network.url,
    env,
    dataFolder,
    channel,
    ana,
    ben,
    cleo,
    log,
    async startBot(gateways) {
      const read = readConfig(env);
      if (!read.ok) throw new Error(read.message);
      const started = await createApp(read.config, {
        ...systemGateways,
        clock,
        dial: dialThrough(network.url),
        fetch: fetchThrough(network.url),
        exit: () => {},
        logDestination: { write: (line) => log.push(line) },
        ...options.gateways,
        ...gateways,
      });
      app = started;
      await started.start();
      return started;
    },
    async stopBot() {
      const running = app;
      app = undefined;
      await running?.stop('the world stops it');
    },
    async close() {
      await app?.stop('the world ends');
      app = undefined;
      await slack.close();
      await Promise.all([ec2, ...elsewhere].map((one) => one.close()));
      await services.close();
      if (own !== undefined) rmSync(own, { recursive: true, force: true });
    },
  };
}
