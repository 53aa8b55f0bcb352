import { COMMAND, type Verb } from '../../commands/base/verb.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, divider, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** Generated from the table the parser uses, so it cannot tell of what is not there. */
export function help(verbs: readonly Verb[], topic: string | undefined): Rendered {
  const verb = verbs.find((v) => v.name === topic);
  if (verb !== undefined) return oneVerb(verb);
  const unknown = topic === undefined ? [] : [mrkdwn(`There is no verb ${code(topic)}; these are all:`)];
  const changing = verbs.filter((v) => v.permission !== 'anyone');
  const reading = verbs.filter((v) => v.permission === 'anyone');
  const open = changing.flatMap(({ openTo }) => (openTo === undefined ? [] : [code(openTo)]));
  return {
    text: `${COMMAND}: ${verbs.map((v) => v.name).join(', ')}`,
    blocks: [
      ...unknown,
      mrkdwn('*Backups of CircleCI’s Services machine*'),
      mrkdwn(reading.map(line).join('\n')),
      mrkdwn(`*For operators* (${open.join(', ')}: for everybody)\n${changing.map(line).join('\n')}`),
      divider,
      context(
        `More about one: ${code(`${COMMAND} help now`)}. Only you see answers like this one; runs are shown in the channel.`,
      ),
    ],
  };
}

function line(verb: Verb): string {
  return `${code(`${COMMAND} ${verb.usage}`)}  ${escapeMrkdwn(verb.summary)}`;
}

function oneVerb(verb: Verb): Rendered {
  return {
    text: `${COMMAND} ${verb.usage}`,
    blocks: [
      mrkdwn(`${code(`${COMMAND} ${verb.usage}`)}\n${escapeMrkdwn(verb.summary)}`),
      mrkdwn(escapeMrkdwn(verb.details)),
      mrkdwn(verb.examples.map((example) => code(`${COMMAND} ${example}`)).join('\n')),
      context(whoMay(verb)),
    ],
  };
}

function whoMay({ permission, openTo }: Verb): string {
  if (permission === 'anyone') return 'For everybody.';
  return openTo === undefined
    ? 'For operators only.'
    : `For operators; ${code(openTo)} alone is for everybody.`;
}
