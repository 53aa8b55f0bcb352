import { readFileSync } from 'node:fs';
import { dialThrough } from '../../sandbox/machine/access/dial-through.ts';
import type { StoredMessage } from '../../sandbox/slack/model.ts';
import { createWorld, type World, type WorldOptions } from '../../sandbox/world.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { createEc2 } from '../../src/gateways/ec2/ec2.ts';
import { createOpenServicesMachine } from '../../src/gateways/services-machine/services-machine.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';
import { createProbeWeb } from '../../src/gateways/web-probe.ts';
import { noMetrics } from '../no-metrics.ts';
import { median } from './figures.ts';
import type { Measure } from './report.ts';

const LIMIT_MS = 600_000;

/** Between two looks of the script, on the wall. */
const WALL_LOOK_MS = 10;
/** Nothing but the restore. */
const ENV = { CIRCLECI_TOKEN: '', APPROVAL_EXPIRES: '2d' };

export interface RestoreResult {
  measures: Measure[];
  details: string[];
}

/**
 * What the bot adds to a restore on a new machine beyond the waits of EC2, SSH and the application: its time from the
 * approval to the last word, and that of a script which does the same steps at the same world and nothing else. Both in ms
 * of a clock that runs `speed` times as fast as the wall, so that the bot's own work counts that many times.
 */
export async function measureRestore({
  rounds,
  speed,
  world = {},
}: {
  rounds: number;
  speed: number;
  /** Other times than the sandbox's own. */
  world?: Pick<WorldOptions, 'ec2' | 'machines'>;
}): Promise<RestoreResult> {
  const baseline: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Both wait nearly all the time, so they do it beside one another.
    const [script, bot] = await Promise.all([timeScript({ ...world, speed }), timeBot({ ...world, speed })]);
    baseline.push(script);
    ours.push(bot);
  }
  const addedMs = median(ours) - median(baseline);
  const percent = (addedMs / median(baseline)) * 100;
  return {
    measures: [{ name: 'a restore, from the approval to its end', unit: 'ms', baseline, ours, aim: 1.05 }],
    details: [
      `A restore takes ${inMinutes(median(baseline))} min of waits for EC2, SSH and the application. The bot adds ` +
        `${(addedMs / 1000).toFixed(1)} s (${percent.toFixed(1)} %), on ${speed === 1 ? 'the wall’s clock' : `a clock ${speed} times as fast`}; ` +
        'aim: under 5 %, and under 2 s.',
    ],
  };
}

function inMinutes(ms: number): string {
  return (ms / 60_000).toFixed(1);
}

async function timeScript(options: WorldOptions & { speed: number }): Promise<number> {
  const world = await createWorld({ ...options, env: ENV });
  try {
    const { clock } = world;
    const { oldId, imageId } = await backedUp(world);
    const dial = dialThrough(world.networkUrl);
    const ec2 = createEc2(
      {
        region: 'eu-west-1',
        endpointEc2: world.ec2.url,
        credentials: {
          accessKeyId: 'AKIASANDBOX000000000',
          secretAccessKey: 'sandbox-secret-access-key-000000000000',
        },
      },
      { clock, random: Math.random, metrics: noMetrics, log: noLog },
    );
    const openSsh = createOpenSsh({ dial, clock, log: noLog });
    // Lazily made clients are made before the time is taken.
    await ec2.machines.machine(oldId, { signal: new AbortController().signal, patienceMs: 1_000 });
    const { restoreByScript } = await import('./restore-script.ts');
    const startedAt = clock.now();
    await restoreByScript(
      {
        clock,
        ec2,
        openMachine: createOpenServicesMachine(openSsh),
        probeWeb: createProbeWeb(dial),
        privateKey: readFileSync(world.env.SSH_PRIVATE_KEY_FILE ?? '', 'utf8'),
      },
      { oldId, imageId, host: 'ci.acme-rail.example', lookMs: WALL_LOOK_MS * options.speed },
    );
    const tookMs = clock.now() - startedAt;
    ec2.close();
    return tookMs;
  } finally {
    await world.close();
  }
}

async function timeBot(options: WorldOptions): Promise<number> {
  const world = await createWorld({ ...options, env: ENV });
  try {
    const { slack, channel, ana, ben } = world;
    await backedUp(world);
    await slack.command(ana.id, channel.id, 'restore');
    const form = () => slack.views(ana.id).find(({ view }) => view.submit !== undefined);
    await until('the form is filled', () => form() !== undefined);
    const view = form();
    if (view === undefined) throw new Error('the form was closed');
    const chosen = ['nomad', 'cut-over'].map((value) => ({
      text: { type: 'plain_text', text: value },
      value,
    }));
    await slack.submit(ana.id, view, {
      options: { options: { type: 'checkboxes', selected_options: chosen } },
    });
    const request = () => slack.messages(channel.id).find((m) => has(m, 'circleci-backup:approve'));
    await until('the request stands in the channel', () => request() !== undefined);
    const message = request();
    if (message === undefined) throw new Error('there is no request');
    const startedAt = world.clock.now();
    await slack.act(ben.id, { message }, 'circleci-backup:approve');
    await until('the restore ends', () =>
      slack.messages(channel.id).some(({ text }) => / runs on i-/.test(text)),
    );
    return world.clock.now() - startedAt;
  } finally {
    await world.close();
  }
}

/** A backup that is complete; the bot that made it runs on. */
async function backedUp(world: World): Promise<{ oldId: string; imageId: string }> {
  const { slack, channel, ana, ec2 } = world;
  await world.startBot();
  await slack.command(ana.id, channel.id, 'now');
  await until('the backup is complete', () =>
    slack.messages(channel.id).some(({ text }) => /is complete/.test(text)),
  );
  const [old] = ec2.instances.values();
  const [image] = ec2.images.values();
  if (old === undefined || image === undefined) throw new Error('there is no machine or no image');
  return { oldId: old.instanceId, imageId: image.imageId };
}

function has(message: StoredMessage, text: string): boolean {
  return JSON.stringify(message.blocks).includes(text);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > LIMIT_MS) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
