import { actions, button, header, mrkdwn } from '../../../src/slack/kit/blocks.ts';
import { withinLimits } from '../../../src/slack/kit/within-limits.ts';

const buttons = actions(button({ text: 'Cancel', actionId: 'a', value: 'v' }));
const long = mrkdwn('x'.repeat(3_000));

describe('within limits', () => {
  it('leaves alone what Slack takes', () => {
    const blocks = [header('h'), long, long, buttons];
    expect(withinLimits({ text: 't', blocks })).toEqual({ text: 't', blocks });
  });

  it('leaves out what is too much from below, says so, and keeps the buttons', () => {
    const { blocks } = withinLimits({
      text: 't',
      blocks: [header('h'), long, long, long, long, long, mrkdwn('end'), buttons],
    });
    expect(blocks.map((block) => block.type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'section',
      'section',
      'context',
      'actions',
    ]);
    expect(JSON.stringify(blocks)).toContain('"end"');
    expect(JSON.stringify(blocks)).toContain('left out');
  });

  it('counts blocks as well as characters', () => {
    const many = Array.from({ length: 60 }, (_, i) => mrkdwn(`${i}`));
    const { blocks } = withinLimits({ text: 't', blocks: [...many, buttons] });
    expect(blocks).toHaveLength(50);
    expect(blocks.at(-1)).toEqual(buttons);
  });

  it('cuts the text that becomes the notification', () => {
    expect(withinLimits({ text: 'x'.repeat(9_000), blocks: [] }).text).toHaveLength(2_000);
  });
});
