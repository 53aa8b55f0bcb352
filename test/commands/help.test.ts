import { CLEO, scene } from './fakes.ts';

test.each([
  ['help', undefined],
  ['help NOW', 'now'],
  ['help something else', 'something else'],
])('%s', async (text, topic) => {
  const { reply } = await scene().say(CLEO, text);
  expect(reply).toEqual(topic === undefined ? { view: 'help' } : { view: 'help', topic });
});
