import type { Person } from '../model/person.ts';
import { remedyOf, renewCredentials } from '../problems/backup.ts';
import { explain, type Problem } from '../problems/problem.ts';

/** One way to answer, shown as a button. */
export interface QuestionOption {
  /** What the workflow reads, e.g. `retry`. */
  answer: string;
  label: string;
  style?: 'primary' | 'danger';
  /** Asked again before it counts. */
  confirm?: { title: string; text: string };
  /** What nobody does alone, as it cannot be undone and was not in the plan: approvers have to press it as well. */
  needsSecond?: true;
}

/** What a run waits for people to decide; kept in the store under `questionId`, and answered once. */
export interface Question {
  runId: string;
  /** Unique in its run, e.g. `launch/2` for the second failure of a stage. */
  key: string;
  target: string;
  text: string;
  options: QuestionOption[];
  /** ms since epoch. */
  askedAt: number;
  answered?: { answer: string; by: Person; at: number };
  /** Of what needs a second person: who wants it so far. */
  presses?: { answer: string; by: Person; at: number; isApprover: boolean }[];
}

export function questionId(runId: string, key: string): string {
  return `${runId}/${key}`;
}

/** Problems whose own remedy is to type a command again; here there is a button. */
const IN_RUN: Partial<Record<Problem['code'], string>> = {
  'permissions-missing': 'Attach the policy in iam-policy.json to the bot’s role, then try again.',
  'ec2-unavailable': 'See the AWS Health Dashboard, then try again.',
  quota: 'Ask AWS for a higher limit, or wait, then try again.',
  'no-capacity': 'Choose another instance type or another zone, or wait some minutes and try again.',
  'type-not-offered': 'Choose another instance type or another zone.',
  'subnet-full': 'Choose another subnet.',
  'launch-quota': 'Choose another instance type, or ask AWS for a higher limit and try again.',
  'address-in-use':
    'Choose a new private address: the machine’s files are then changed to it. A stopped machine keeps its address.',
  'host-key-unknown':
    'Look on the machine itself (Session Manager, or EC2’s serial console): if “ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub”, or the same of another of its keys, prints that fingerprint, press “Trust this host key”.',
  'tag-limit': 'Take tags that nobody needs off it in the EC2 console, then try again.',
  'plan-changed': 'Put it back and try again, or abort: the old machine was not touched.',
  unexpected: 'Trying again may work. Otherwise look for the run’s id in the bot’s log.',
};

/** What to do next where buttons are below the words. */
export function nextInRun(problem: Problem): string {
  if (problem.code === 'ec2-refused')
    return `${remedyOf(problem.awsCode)}; when its cause is gone, try again.`;
  if (problem.code === 'credentials') return `${renewCredentials(problem.awsCode)}, then try again.`;
  if (problem.code === 'permissions-missing' && problem.by !== undefined)
    return 'Attaching iam-policy.json does not help here: ask whoever keeps that policy to allow it to the bot’s role, then try again.';
  return IN_RUN[problem.code] ?? explain(problem).next;
}
