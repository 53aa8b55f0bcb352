/** The least with which the bot starts. */
export const LEAST = {
  SLACK_BOT_TOKEN: 'xoxb-test-bot-token',
  SLACK_APP_TOKEN: 'xapp-test-app-token',
  BACKUP_CHANNEL: 'C0123456789',
  OPERATORS: 'S0123456789',
  AWS_REGION: 'us-east-1',
  SERVICES_INSTANCE: 'tag:Name=circleci_services',
};

/** As `ReadFile`, from memory. */
export function filesOf(files: Record<string, string>) {
  return (path: string) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    return text === undefined ? { ok: false as const, code: 'ENOENT' } : { ok: true as const, text };
  };
}
