import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SANDBOX_TOKENS } from '../../../sandbox/world.ts';
import type { Approval } from '../../../src/core/approval/approval.ts';
import { isEnded } from '../../../src/core/run/run-view.ts';
import type { Left, LeftRun } from './left.ts';
import { buttonsOf, isEnd, postsIn, shownIn } from './messages.ts';
import type { GuardedWorld } from './workflow.ts';

export type Check = [isKept: boolean, fault: string];

const OF_A_RUN = /^circleci-backup:(?:answer|cancel|approve|deny|withdraw)/;

/** Which promises were broken that all workflows give; the bot must have stopped. */
export function brokenByAny(world: GuardedWorld, left: Left, status = ''): string[] {
  const checks = [
    ...ofStore(left),
    ...left.begun.flatMap((run) => ofRun(world, left, run)),
    ...left.approvals.flatMap((approval) => ofApproval(world, left, approval)),
    ...ofMessages(world),
    ...ofStatus(world, status),
  ];
  return [...world.guard.faults(), ...secretsIn(world), ...broken(checks)];
}

export function broken(checks: readonly Check[]): string[] {
  return checks.filter(([isKept]) => !isKept).map(([, fault]) => fault);
}

function ofStore(left: Left): Check[] {
  const unforeseen = left.audit.filter(({ detail }) =>
    JSON.stringify(detail).includes('"code":"unexpected"'),
  );
  return [
    [left.locks.length === 0, 'the lock is still there'],
    [left.runs.every((status) => status === 'completed'), `the engine's runs: ${left.runs.join()}`],
    [
      left.runs.length === left.begun.length,
      `${left.begun.length} began, the engine had ${left.runs.length}`,
    ],
    [left.chainBreak === undefined, `the audit breaks at ${left.chainBreak}`],
    [left.unsent.length === 0, `unsent: ${left.unsent.map(({ id }) => id).join()}`],
    [unforeseen.length === 0, `unforeseen: ${JSON.stringify(unforeseen[0]?.detail)}`],
  ];
}

function ofRun(world: GuardedWorld, left: Left, { view, endNote }: LeftRun): Check[] {
  const { runId } = view;
  const rows = (kind: string) => left.audit.filter((row) => row.kind === kind && row.runId === runId).length;
  const last = postsIn(world).filter((m) => isEnd(m) && shownIn(m).includes(runId));
  const told = endNote === undefined ? [] : toldIn(world, endNote);
  const headline = view.end?.headline;
  return [
    [isEnded(view), `${runId} has no end`],
    [rows('result') === 1, `${rows('result')} results of ${runId}`],
    [rows('start') <= 1, `${rows('start')} starts of ${runId}`],
    [last.length === 1, `${last.length} messages have the last word of ${runId}`],
    [
      headline === undefined || last.every(({ text }) => text.includes(headline)),
      'the last word is another one than the stored one',
    ],
    [
      told.filter(({ isDirect }) => !isDirect).length <= 1,
      `the end of ${runId} is told more than once in the thread`,
    ],
    [endNote === undefined || told.length > 0, `nobody is told of the end of ${runId}: ${endNote}`],
  ];
}

/** Where this stands below a message, or where what Slack did not confirm is told to the person directly. */
function toldIn({ slack, channel }: GuardedWorld, note: string): { isDirect: boolean }[] {
  const begin = note.slice(0, 60).split(/[&<>]/)[0] ?? '';
  return slack.workspace.channels.flatMap(({ id, im }) =>
    slack
      .messages(id)
      .filter(
        (m) => (id === channel.id ? m.threadTs !== undefined : im !== undefined) && m.text.includes(begin),
      )
      .map(() => ({ isDirect: im !== undefined })),
  );
}

function ofApproval({ slack }: GuardedWorld, left: Left, approval: Approval): Check[] {
  const { runId, state, votes, requester, required } = approval;
  const voters = votes.map(({ person }) => person.userId);
  const isApproved = votes.every(({ vote }) => vote === 'approve') && new Set(voters).size >= required;
  const begun = left.begun.some(({ view }) => view.runId === runId);
  const rows = left.audit.filter(
    ({ kind, detail, ...row }) =>
      kind === 'vote' && row.runId === runId && !('question' in detail) && detail.vote !== 'withdraw',
  );
  return [
    [state !== 'open', `the request for ${runId} is open`],
    [new Set(voters).size === voters.length, `somebody has voted twice on ${runId}`],
    [!voters.includes(requester.userId), `${runId} was voted on by whoever asked for it`],
    [
      voters.every((id) => slack.workspace.userGroups[1]?.users.includes(id)),
      `${runId} has votes of ${voters.join()}`,
    ],
    [rows.length === votes.length, `${rows.length} rows for ${votes.length} votes`],
    [
      begun === (isApproved && (state === 'approved' || state === 'void')),
      `${runId} is ${state}, begun: ${begun}`,
    ],
  ];
}

/** Ids of runs of which nothing may have been done: nobody approved them, or it did not count any more. */
export function unapproved({ approvals }: Left): string[] {
  return approvals.filter(({ usedAt }) => usedAt === undefined).map(({ runId }) => runId);
}

function ofMessages({ slack }: GuardedWorld): Check[] {
  const buttons = slack.workspace.channels
    .flatMap(({ id }) => slack.messages(id))
    .filter((m) => m.deleted !== true)
    .flatMap((m) => buttonsOf(m).filter(({ id }) => OF_A_RUN.test(id)));
  return [
    [buttons.length === 0, `buttons are left: ${buttons.map(({ id, value }) => `${id} ${value}`).join()}`],
  ];
}

/** What `status` calls the last good backup is one, whatever tags say. */
function ofStatus({ guard, ec2 }: GuardedWorld, status: string): Check[] {
  const [id] = /bk-\d{8}-\d{4}-[a-z2-9]{4}/.exec(status) ?? [];
  if (id === undefined) return [];
  const image = [...guard.images.values()].find(({ name }) => name.endsWith(`/${id}`));
  const isGood =
    image !== undefined &&
    ec2.images.has(image.imageId) &&
    image.state === 'available' &&
    guard.outcomes.get(image.imageId) === 'complete';
  return [[isGood, `the last good backup is said to be ${id}, which is not so`]];
}

/** What nobody may read, in all that people, the log and the files of the bot hold. */
function secretsIn(world: GuardedWorld): string[] {
  const { slack, env, log, dataFolder, ana, ben, cleo } = world;
  const keyFile = env.SSH_PRIVATE_KEY_FILE ?? '';
  const key = keyFile === '' ? '' : readFileSync(keyFile, 'utf8');
  const secrets = [
    SANDBOX_TOKENS.bot,
    SANDBOX_TOKENS.app,
    env.AWS_SECRET_ACCESS_KEY ?? '',
    env.CIRCLECI_TOKEN ?? '',
    ...key.split('\n').filter((line) => line.length >= 40 && !line.startsWith('-')),
  ].filter((secret) => secret !== '');
  const places = {
    Slack: JSON.stringify([
      ...slack.workspace.channels.map(({ id }) => slack.messages(id)),
      ...[ana, ben, cleo].map(({ id }) => [slack.ephemerals(id), slack.views(id)]),
    ]),
    'the log': log.join(''),
    'the database': readdirSync(dataFolder)
      .filter((name) => /\.db/.test(name))
      .map((name) => readFileSync(join(dataFolder, name), 'latin1'))
      .join(''),
  };
  return Object.entries(places).flatMap(([place, text]) =>
    secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `“${secret.slice(0, 12)}…” is in ${place}`),
  );
}
