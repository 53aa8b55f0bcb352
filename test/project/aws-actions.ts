import { importsOf } from './imports.ts';

const PREFIX: Record<string, string> = {
  '@aws-sdk/client-ec2': 'ec2',
  '@aws-sdk/client-ebs': 'ebs',
  '@aws-sdk/client-rds': 'rds',
};

/**
 * The IAM actions a module can call, from the commands and paginators it imports. A namespace or default import, a
 * waiter, or another AWS client would hide some, and is reported as `unseen:…`.
 */
export function awsActions(source: string): string[] {
  return importsOf(source).flatMap(({ from, names }) => {
    if (!from.startsWith('@aws-sdk/client-')) return [];
    const prefix = PREFIX[from];
    return names.flatMap((name) => {
      const [, command, paginated] = /^(?:(\w+)Command|paginate(\w+))$/.exec(name) ?? [];
      const action = command ?? paginated;
      if (prefix !== undefined && action !== undefined) return [`${prefix}:${action}`];
      return prefix === undefined || name === '*' || name.startsWith('wait')
        ? [`unseen:${from} ${name}`]
        : [];
    });
  });
}
