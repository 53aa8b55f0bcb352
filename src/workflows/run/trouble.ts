import type { Trouble } from '../../core/ports/ec2-call.ts';
import { durationInWords } from '../../core/text/words.ts';

/** One hiccup is nobody's business; trouble that lasts is said, and disappears from the message when it heals. */
const WORTH_SAYING_MS = 15_000;

/** A line for the run's message, or undefined while the trouble is too young to be told. */
export function troubleHint(trouble: Trouble): string | undefined {
  if (trouble.sinceMs < WORTH_SAYING_MS) return undefined;
  const since = durationInWords(trouble.sinceMs);
  switch (trouble.kind) {
    case 'throttled':
      return `EC2 has throttled ${trouble.action} for ${since} (${trouble.awsCode}); still trying.`;
    case 'unavailable':
      return `EC2 has not answered ${trouble.action} for ${since} (${trouble.awsCode}); still trying.`;
    case 'refused':
      return `EC2 has refused ${trouble.action} for ${since} (${trouble.awsCode}); still trying.`;
    case 'credentials':
      if (trouble.awsCode === 'CredentialsProviderError')
        return `The bot has found no AWS credentials for ${since}; still looking. Attach a role, or set AWS_ACCESS_KEY_ID.`;
      return `AWS has refused the bot’s credentials for ${since} (${trouble.awsCode}); still trying. Please renew them.`;
  }
}
