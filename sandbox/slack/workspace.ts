import { SCOPES } from '../../src/core/doctor/scopes.ts';
import type { Workspace } from './model.ts';

/** The invented company of the sandbox: a railway with three people, a few channels and two groups. A new copy each time. */
export function inventedWorkspace(): Workspace {
  return {
    teamId: 'T0ACMERAIL',
    teamName: 'Acme Rail',
    url: 'https://acme-rail.slack.example/',
    scopes: [...SCOPES],
    bot: {
      id: 'U0BACKUPBOT',
      botId: 'B0BACKUPBOT',
      name: 'circleci_backup',
      realName: 'CircleCI Backup',
      tz: 'Etc/UTC',
      isBot: true,
    },
    people: [
      { id: 'U0ANAMARIC', name: 'ana', realName: 'Ana Marić', tz: 'Europe/Zagreb' },
      { id: 'U0BENOKORO', name: 'ben', realName: 'Ben Okoro', tz: 'Europe/London' },
      { id: 'U0CLEOPARK', name: 'cleo', realName: 'Cleo Park', tz: 'America/New_York' },
    ],
    channels: [
      {
        id: 'C0CIBACKUPS',
        name: 'ci-backups',
        members: ['U0BACKUPBOT', 'U0ANAMARIC', 'U0BENOKORO', 'U0CLEOPARK'],
      },
      { id: 'C0GENERAL00', name: 'general', members: ['U0ANAMARIC', 'U0BENOKORO', 'U0CLEOPARK'] },
      { id: 'C0RANDOM000', name: 'random', members: ['U0BACKUPBOT', 'U0ANAMARIC', 'U0CLEOPARK'] },
    ],
    userGroups: [
      { id: 'S0CIOPERATE', handle: 'ci-operators', users: ['U0ANAMARIC', 'U0BENOKORO'] },
      { id: 'S0CIAPPROVE', handle: 'ci-approvers', users: ['U0ANAMARIC', 'U0BENOKORO'] },
    ],
  };
}
