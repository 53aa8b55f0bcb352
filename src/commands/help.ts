import type { Verb } from './verb.ts';

export const help: Verb = {
  name: 'help',
  summary: 'shows this, or more about one verb',
  usage: 'help [verb]',
  examples: ['help now'],
  details: 'Everything here is generated from the table the parser uses.',
  permission: 'anyone',
  takesTarget: false,
  flags: {},
  changes: false,
  async run(request) {
    const topic = request.args.rest.trim().toLowerCase();
    return topic === '' ? { view: 'help' } : { view: 'help', topic };
  },
};
