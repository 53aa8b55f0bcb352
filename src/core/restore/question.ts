import { explain, type Problem } from '../problems/problem.ts';
import type { RestoreOrder } from './order.ts';

/** Problems whose own remedy is to type a command again; here there is a button. */
const IN_RUN: Partial<Record<Problem['code'], string>> = {
  'permissions-missing': 'Attach the policy in iam-policy.json to the bot’s role, then try again.',
  credentials: 'Renew the bot’s AWS credentials, then try again.',
  'ec2-unavailable': 'See the AWS Health Dashboard, then try again.',
  'ec2-refused': 'Look the code up in the EC2 API reference; when its cause is gone, try again.',
  quota: 'Ask AWS for a higher limit, or wait, then try again.',
  'no-capacity': 'Choose another instance type or another zone, or wait some minutes and try again.',
  'type-not-offered': 'Choose another instance type or another zone.',
  'subnet-full': 'Choose another subnet.',
  'launch-quota': 'Choose another instance type, or ask AWS for a higher limit and try again.',
  'address-in-use':
    'Choose a new private address: the machine’s files are then changed to it. A stopped machine keeps its address.',
  unexpected: 'Trying again may work. Otherwise look for the run’s id in the bot’s log.',
};

/** What to do next where buttons are below the words. */
export function nextInRun(problem: Problem): string {
  return IN_RUN[problem.code] ?? explain(problem).next;
}

/** What an abort does at this point, for its confirmation; at most 300 characters. */
export function abortMeans(order: Pick<RestoreOrder, 'way'>, done: readonly string[]): string {
  if (order.way === 'in-place') {
    return done.includes('replace-root')
      ? 'The bot stops here and changes nothing more. The root volume may be replaced already; the old one is kept, and the way back to it is shown.'
      : 'The bot stops here. Nothing was changed.';
  }
  const old =
    done.includes('fence') || done.includes('address')
      ? 'The Elastic IP goes back and the old machine is started again.'
      : 'The old machine was not touched.';
  return done.includes('launch')
    ? `The machine that this restore launched is terminated, and its volumes are deleted. ${old}`
    : `What this restore may have launched is removed. ${old}`;
}
