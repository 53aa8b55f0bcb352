import type { Reply } from '../../src/commands/base/reply.ts';
import type { CatalogueEntry } from '../../src/core/catalogue/entry.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { createAnswers } from '../../src/slack/answers.ts';
import { noMetrics } from '../no-metrics.ts';
import { ana, backups, closeAll, startSlack, webClient } from '../sandbox/slack/harness.ts';

afterEach(closeAll);

const IDENTITY = { teamId: 'T1', userId: 'U1', botId: 'B1', url: 'https://acme-rail.slack.example/' };
const HELP: Reply = { view: 'help' };

async function start() {
  const slack = await startSlack();
  const client = webClient(slack, { rejectRateLimitedCalls: true });
  return {
    slack,
    answers: createAnswers({
      client,
      log: noLog,
      metrics: noMetrics,
      redact: (text) => text,
      sayWaitingAfterMs: 60_000,
      fetch: globalThis.fetch,
    }),
  };
}

describe('an answer', () => {
  it('that cannot be put into words still says something', async () => {
    const { slack, answers } = await start();
    const entry: CatalogueEntry = {
      backupId: 'bk-20260901-0914-abcd',
      target: 'prod',
      imageId: 'ami-1',
      imageState: 'available',
      mode: 'live',
      createdAt: Number.NaN,
      held: false,
      doubts: [],
      source: { securityGroupIds: [] },
      snapshots: {},
    };
    const reply = { view: 'restore-by-hand', entry, region: 'eu-west-1', now: 0, datastores: [] } as const;
    await answers.to({ channel: backups, user: ana }).reply(reply, IDENTITY);
    expect(slack.ephemerals(ana).map((m) => m.text)).toEqual([
      'The bot could not put its answer into words; its log has the details.',
    ]);
  });

  it('goes nowhere else once it was shown', async () => {
    const { slack, answers } = await start();
    await answers.to({ channel: backups, user: ana }).reply(HELP, IDENTITY);
    expect(slack.ephemerals(ana)).toHaveLength(1);
    expect(slack.calls.map((call) => call.method)).toEqual(['chat.postEphemeral']);
  });

  it('never fails, also where nobody can be told', async () => {
    const { slack, answers } = await start();
    slack.faults.push({ method: '*', kind: 'http', status: 503, times: 10 });
    await answers
      .to({ channel: backups, user: ana, responseUrl: 'http://127.0.0.1:9/gone' })
      .reply(HELP, IDENTITY);
    expect(slack.ephemerals(ana)).toEqual([]);
  });

  it('that comes soon is not announced', async () => {
    const { slack, answers } = await start();
    const told = answers.to({ channel: backups, user: ana });
    const answer = { verb: 'help', result: 'ok', reply: HELP } as const;
    expect(await told.whileWaiting(Promise.resolve(answer))).toBe(answer);
    expect(slack.calls).toEqual([]);
  });
});
