import { combobox } from './combobox.js';

/** A select whose options come from the bot while the person types. */
export function externalSelect(element, surface, changed) {
  const find = async (typed) => {
    const answer = await surface.suggest(element.action_id, typed);
    return answer.ok
      ? { options: answer.body.options.map(asOption), empty: 'No results' }
      : { options: [], empty: 'The app sent no options.' };
  };
  return combobox(element, find, changed);
}

/** A select whose options are all there; typing picks out those with these words. */
export function staticSelect(element, _, changed) {
  const all = element.options ?? element.option_groups.flatMap((group) => group.options);
  const find = async (typed) => {
    const wanted = typed.trim().toLowerCase();
    const options = all.filter(({ text }) => text.text.toLowerCase().includes(wanted));
    return { options, empty: 'No results' };
  };
  return combobox(element, find, changed);
}

const plain = (text) => ({ type: 'plain_text', text });

const asOption = ({ text, description, value }) => ({
  text: plain(text),
  value,
  ...(description !== undefined && { description: plain(description) }),
});
