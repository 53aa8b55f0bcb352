import type { Verb } from '../commands/base/verb.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** What is completed: the first word, and behind a verb its flags and targets. */
interface Table {
  words: readonly string[];
  verbs: readonly Pick<Verb, 'name' | 'summary' | 'flags' | 'takesTarget'>[];
}

/** With each of the bot's verbs. */
const OWN_FLAGS = ['json', 'wait'];

/** A script that the shell reads at its start; targets are those of the moment. Undefined for another shell. */
export function completion(
  shell: string | undefined,
  targets: readonly string[],
  { words, verbs }: Table,
): string | undefined {
  const first = [...new Set([...verbs.map(({ name }) => name), ...words])];
  const behind = verbs.map(({ name, flags, takesTarget }) => ({
    name,
    candidates: [
      ...(takesTarget || name === 'restore' ? targets : []),
      ...[...Object.keys(flags), ...OWN_FLAGS].map((flag) => `--${flag}`),
      ...(name === 'schedule' ? ['pause', 'resume'] : []),
      ...(name === 'help' ? verbs.map((verb) => verb.name) : []),
    ],
  }));
  behind.push({ name: 'completion', candidates: [...SHELLS] });
  behind.push({ name: 'iam', candidates: ['--account', '--role', '--vpc', '--backups-only'] });
  if (shell === 'bash' || shell === 'zsh') return posix(shell, first, behind);
  return shell === 'fish' ? fish(first, behind, verbs) : undefined;
}

type Behind = readonly { name: string; candidates: readonly string[] }[];

/** zsh reads bash's completions by a part of its own. */
function posix(shell: 'bash' | 'zsh', first: readonly string[], behind: Behind): string {
  const cases = behind.map(({ name, candidates }) => `    ${name}) words="${candidates.join(' ')}" ;;`);
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_circleci_backup() {
  local words=""
  [ "$COMP_CWORD" -eq 1 ] && words="${first.join(' ')}" || case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _circleci_backup circleci-backup
`;
}

function fish(first: readonly string[], behind: Behind, verbs: Table['verbs']): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = [
    ...first.map((word) => {
      const summary = verbs.find(({ name }) => name === word)?.summary;
      return `complete -c circleci-backup -n __fish_use_subcommand -a ${word}${summary === undefined ? '' : ` -d ${quoted(summary)}`}`;
    }),
    ...behind.map(
      ({ name, candidates }) =>
        `complete -c circleci-backup -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -a ${quoted(candidates.join(' '))}`,
    ),
  ];
  return `complete -c circleci-backup -f\n${lines.join('\n')}\n`;
}
