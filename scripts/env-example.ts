import { APPROVALS } from '../src/config/settings/approval.ts';
import { AWS } from '../src/config/settings/aws.ts';
import { CLEANUP } from '../src/config/settings/cleanup.ts';
import { COMMAND_LINE } from '../src/config/settings/command-line.ts';
import { DATASTORES } from '../src/config/settings/datastores.ts';
import { FILES } from '../src/config/settings/files.ts';
import { OPS } from '../src/config/settings/ops.ts';
import { ROUTINE } from '../src/config/settings/routine.ts';
import type { Setting } from '../src/config/settings/setting.ts';
import { SLACK } from '../src/config/settings/slack.ts';
import { SSH } from '../src/config/settings/ssh.ts';
import { TARGET } from '../src/config/settings/target.ts';

const SECTIONS: { title: string; settings: Record<string, Setting<unknown>> }[] = [
  { title: 'Slack', settings: SLACK },
  { title: 'The Services machine', settings: TARGET },
  { title: 'SSH to the Services machine, for restores and clean-ups', settings: SSH },
  { title: 'Large objects kept on the machine', settings: FILES },
  { title: 'External datastores', settings: DATASTORES },
  { title: 'Clean-up of builds', settings: CLEANUP },
  { title: 'Approvals', settings: APPROVALS },
  { title: 'Routine backups', settings: ROUTINE },
  { title: 'AWS', settings: AWS },
  { title: 'The command line', settings: COMMAND_LINE },
  { title: 'The bot itself', settings: OPS },
];

const HEAD = `# Settings of circleci-backup. Copy this file to .env and fill in what is not commented out.
# “Per target” settings may also stand in TARGETS_FILE; those of the environment then hold for every target without its own.
# Durations: 90s, 15m, 6h, 2d, 1w, 1h30m.
# Made by \`npm run files\` from src/config/settings: change it there.
`;

/** The text of `.env.example`. */
export function envExample(): string {
  return [
    HEAD,
    ...SECTIONS.map(
      ({ title, settings }) =>
        `# ---- ${title} ----\n\n` +
        Object.entries(settings)
          .map(([name, setting]) => entry(name, setting))
          .join('\n'),
    ),
  ].join('\n');
}

function entry(name: string, setting: Setting<unknown>): string {
  const notes = [
    setting.needed ? ['Needed.'] : [],
    setting.scope === 'target' ? ['Per target.'] : [],
    [`For example ${setting.example}`],
  ].flat();
  const line = setting.needed ? `${name}=` : `# ${name}=${quoted(setting.fallback ?? '')}`;
  return `# ${setting.help}\n# ${notes.join(' ')}\n${line}\n`;
}

/** dotenv ends a value without quotes at a `#`, and shells split it at a space. */
function quoted(text: string): string {
  return /[\s#]/.test(text) ? `"${text}"` : text;
}
