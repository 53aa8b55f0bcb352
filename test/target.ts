import type { Target } from '../src/core/model/target.ts';

/** A target with the defaults of the settings. */
export function target(name: string, more: Partial<Target> = {}): Target {
  return {
    name,
    region: 'eu-west-1',
    instance: { by: 'tag', key: 'Name', value: name },
    channel: 'C1',
    operators: ['SOPS'],
    approvers: ['SAPPROVE'],
    approvalsRequired: 1,
    approvalExpiresMs: 3_600_000,
    typeTargetName: false,
    deadlineMs: 3_600_000,
    schedules: [],
    timezone: 'UTC',
    notify: 'all',
    digest: false,
    keepFailedMs: 7 * 24 * 3_600_000,
    devConsole: { command: 'circleci dev-console', openMs: 600_000 },
    ...more,
  };
}
