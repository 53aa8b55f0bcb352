import { cut, oneLine } from '../core/text/text.ts';
import type { Verb } from './base/verb.ts';

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
    const topic = cut(oneLine(request.args.rest).toLowerCase(), 60);
    return topic === '' ? { view: 'help' } : { view: 'help', topic };
  },
};
