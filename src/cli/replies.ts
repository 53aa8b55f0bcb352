import type { Asked, Reply } from '../commands/base/reply.ts';
import { COMMAND } from '../commands/base/verb.ts';
import { refusalInWords } from '../core/cleanup/build-refusal.ts';
import { buildPath } from '../core/cleanup/results.ts';
import { auditRowInWords } from '../core/run/audit-words.ts';
import { counted, durationInWords, listInWords, utcTime } from '../core/text/words.ts';
import { list } from './backup/list.ts';
import { doctor } from './doctor/doctor.ts';
import { restoreByHand } from './restore/by-hand.ts';
import { prune } from './retention/prune.ts';
import { idInWords, personInWords, requesterInWords } from './run/who.ts';
import { status } from './status/status.ts';
import type { Cell, Piece } from './text.ts';

type Of<View extends Reply['view']> = Extract<Reply, { view: View }>;

/** A reply as it is printed for people. Forms are Slack's, and help is the program's own. */
export function pieces(reply: Exclude<Reply, { view: 'form' | 'help' }>): Piece[] {
  switch (reply.view) {
    case 'refusal':
      return refusal(reply);
    case 'busy':
      return busy(reply);
    case 'asked':
      return asked(reply);
    case 'cleanup':
      return cleanup(reply);
    case 'voted':
      return [`${reply.summary}: ${reply.state}, ${reply.count} of ${counted(reply.required, 'approval')}.`];
    case 'withdrawn':
      return [`You have withdrawn your request ${reply.runId}: ${reply.summary}. Nothing was done.`];
    case 'started':
      return [
        good(`Backup ${reply.runId} of ${reply.target.name} is starting.`),
        ...(reply.delayed === undefined ? [] : [reply.delayed]),
        dim(`To stop it: ${COMMAND} cancel ${reply.runId}`),
      ];
    case 'list':
      return list(reply);
    case 'doctor':
      return doctor(reply);
    case 'status':
      return status(reply);
    case 'history':
      return history(reply);
    case 'audit': {
      const { headline, isWhole, lines } = reply.audit;
      return [{ tone: isWhole ? 'good' : 'bad', text: headline }, ...lines];
    }
    case 'canceling':
      return [`Run ${reply.runId} of ${reply.target} stops at its next safe point.`];
    case 'decided':
      return [
        reply.missing === 0
          ? `“${reply.label}” is noted; ${reply.runId} goes on with it.`
          : `“${reply.label}” is noted, and nothing was done yet: ${counted(reply.missing, 'approver')} more must press it.`,
      ];
    case 'originals-removed':
      return [
        reply.removed.length === 0
          ? `There was nothing left to remove on ${reply.instanceId}.`
          : `Removed from ${reply.instanceId}: ${listInWords(reply.removed)}.`,
        ...(reply.left.length === 0
          ? []
          : [`Stayed, for the file beside it is missing or empty: ${listInWords(reply.left)}.`]),
      ];
    case 'ticked':
      return [`“${reply.title}” is ${reply.isDone ? 'ticked' : 'open again'}; ${reply.open} left.`];
    case 'begun':
      return [
        good(`${reply.runId} begins: ${reply.what}.`),
        ...(reply.isDelayed ? ['The engine did not answer; it starts the run by itself when it does.'] : []),
      ];
    case 'restore-by-hand':
      return restoreByHand(reply);
    case 'prune':
      return prune(reply);
    case 'held':
      return [
        good(
          `${reply.backupId} of ${reply.target} is held: retention keeps it, and EC2 refuses to deregister ${reply.imageId}.`,
        ),
        ...(reply.wasDisabled ? ['It was disabled and is enabled again.'] : []),
        dim(`To give it back: ${COMMAND} release ${reply.backupId}`),
      ];
    case 'notified':
      return [
        reply.isMember === 'no'
          ? bad(
              `Nothing was posted: the bot is not a member of ${reply.target.channel}, so no failure of ${reply.target.name} would be seen there. Invite it, or set BACKUP_CHANNEL to another channel.`,
            )
          : `A test of a failure of ${reply.target.name} goes to ${reply.target.channel}.`,
        reply.pings
          ? 'PING_URL is set: a real failure tells that address, too. This test did not.'
          : 'PING_URL is not set: where Slack is not read, nobody hears of a failure.',
      ];
    case 'schedule':
      return schedule(reply);
    case 'paused':
      return [
        `The schedules of ${reply.target} are paused until ${utcTime(reply.until)}. Backups by hand go on.`,
        dim(`To end it earlier: ${COMMAND} schedule resume ${reply.target}`),
      ];
    case 'resumed':
      return [
        `The schedules of ${reply.target} go on.${reply.next === undefined ? '' : ` The next backup is due ${utcTime(reply.next)}.`}`,
      ];
  }
}

const good = (text: string): Cell => ({ tone: 'good', text });
const bad = (text: string): Cell => ({ tone: 'bad', text });
const dim = (text: string): Cell => ({ tone: 'dim', text });

function refusal({ reason, heldBy, next, people = [], usage }: Of<'refusal'>): Piece[] {
  const who = people.slice(0, 20).map(idInWords).join(', ');
  const then = [next, who].filter(Boolean).join(' ');
  return [
    bad(reason),
    ...(heldBy === undefined ? [] : [`Held by ${heldBy}`]),
    ...(then === '' ? [] : [then]),
    ...(usage === undefined ? [] : [dim(`Usage: ${usage}`)]),
  ];
}

function busy({ running: { lock, stage, percent }, target, now }: Of<'busy'>): Piece[] {
  const progress = [stage, percent === undefined ? undefined : `${percent} %`].filter(Boolean).join(', ');
  return [
    bad(
      `${requesterInWords(lock.requester)} started ${lock.runId} of ${target} ${durationInWords(now - lock.since)} ago, and it still ` +
        `runs${progress === '' ? '' : `: ${progress}`}. A target has one changing run at a time, so nothing was done.`,
    ),
    dim(`To stop it: ${COMMAND} cancel ${lock.runId}`),
  ];
}

function asked({ again, summary, runId, channel, required, approvers, expiresAt }: Asked): Piece[] {
  return [
    `${again ? 'You have asked for this already' : 'This needs an approval, and nothing was done yet'}: ${summary}.`,
    `It waits as ${runId} in Slack (${channel}) for ${counted(required, 'approval')} by ${listInWords(approvers.map(idInWords))}, until ` +
      `${utcTime(expiresAt)}. You cannot approve it yourself.`,
    dim(`To take it back: ${COMMAND} cancel ${runId}`),
  ];
}

function cleanup(reply: Of<'cleanup'>): Piece[] {
  const named = (title: string, items: string[]): Piece[] => (items.length === 0 ? [] : [title, { items }]);
  return [
    ...(reply.asked === undefined
      ? [bad(`There is no build of ${reply.target} to be cleaned up. Nothing was done.`)]
      : asked(reply.asked)),
    ...named('Left alone, because CircleCI does not list them as running:', reply.notRunning.map(buildPath)),
    ...named(
      'Refused:',
      reply.refused.map((one) => `“${one.text}”: ${refusalInWords(one, reply.circleciUrl)}`),
    ),
    ...named('Named more than once, counted once:', reply.duplicates.map(buildPath)),
    ...(reply.notLookedUp === undefined ? [] : [reply.notLookedUp]),
  ];
}

const PLAIN = {
  person: personInWords,
  id: idInWords,
  code: (text: string) => text,
  text: (text: string) => text,
  strong: (text: string) => text,
};

function history({ rows, target, page, pages }: Of<'history'>): Piece[] {
  if (rows.length === 0)
    return [`Nothing has been asked for yet${target === undefined ? '' : ` of ${target}`}.`];
  return [
    { head: ['TIME', 'WHAT'], rows: rows.map((row) => [utcTime(row.at), auditRowInWords(row, PLAIN)]) },
    ...(page < pages ? [dim(`Page ${page} of ${pages}. Next: ${COMMAND} history --page ${page + 1}`)] : []),
  ];
}

function schedule({ targets }: Of<'schedule'>): Piece[] {
  const rows = targets.flatMap(({ target, schedules }) =>
    schedules.map((one) => [
      target.name,
      one.name,
      one.words,
      one.next.map(utcTime)[0] ?? '-',
      one.keep ?? 'all of them',
    ]),
  );
  return [
    ...(rows.length === 0 ? [] : [{ head: ['TARGET', 'SCHEDULE', 'WHEN', 'NEXT', 'KEEPS'], rows }]),
    ...targets.flatMap(({ target, schedules, pause }) => [
      ...(schedules.length === 0
        ? [`${target.name} has no schedule: backups are made by hand only. To set one: BACKUP_SCHEDULE.`]
        : []),
      ...(pause === undefined
        ? []
        : [`${target.name} is paused by ${personInWords(pause.by)} until ${utcTime(pause.until)}.`]),
    ]),
  ];
}
