import type { AnyBlock } from '@slack/types';
import type { Browser, Locator, Page } from 'playwright-core';
import { createPage, type Page as ServedPage } from '../../../sandbox/page/server.ts';
import { eventually } from '../../faults/eventually.ts';
import { launchChromium, openPage } from './chromium.ts';
import { ANA, BEN, type FakeSlack, OPS } from './fake-slack.ts';
import { createScene } from './scene.ts';
import { INJECTION, section, stages } from './scene-blocks.ts';

let browser: Browser;
let slack: FakeSlack;
let served: ServedPage;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  slack = createScene();
  served = await createPage({ slack, command: '/circleci-backup', banner: 'Nothing here is real.' });
  ({ page, complaints } = await openPage(browser, served.url));
});
afterEach(async () => {
  await page.context().close();
  await served.close();
  expect(complaints).toEqual([]);
});

const channel = (): Locator => page.getByRole('region', { name: 'Messages', exact: true });
const message = (text: string): Locator => channel().locator('article', { hasText: text });

test('every kind of text is shown as Slack shows it', async () => {
  const marks = channel().locator('article').first();
  expect(await marks.locator('strong').allTextContents()).toEqual(['bold', 'bold with both']);
  expect(await marks.locator('em').allTextContents()).toEqual(['italic', 'both']);
  expect(await marks.locator('s').allTextContents()).toEqual(['strike']);
  expect(await marks.locator('blockquote').textContent()).toBe('a quote of two lines\nwith a link');
  expect(await marks.locator('blockquote a').getAttribute('href')).toBe(
    'https://circleci.example/builds?a=1&b=2',
  );
  expect(await marks.locator('pre').textContent()).toBe('volumes:\n  /dev/sda1  100 GiB');
  expect(await marks.locator('.mention-me').textContent()).toBe('@Ana Marić');
  expect(await marks.locator('.mention-loud').textContent()).toBe('@channel');
  expect(await marks.getByRole('img').allTextContents()).toEqual(['✅', '⏳']);
  expect(await marks.textContent()).toContain(':no_such_emoji: &lt; not a link');
  expect(await marks.getByRole('link', { name: 'not a link' }).count()).toBe(0);
  expect(await marks.locator('.lines time').textContent()).toBe('3 Mar 2026 at 09:30');
});

test('HTML in any text stays text', async () => {
  for (const text of ['A person wrote', 'Rich:'])
    expect(await message(text).textContent()).toContain(INJECTION);
  expect(await page.locator('img, .blocks b, .blocks script').count()).toBe(0);
  expect(await page.title()).toBe('#ci-backups – Acme Rail');
});

test('rich blocks, pictures and blocks of tomorrow', async () => {
  const rich = message('Rich:');
  expect(await rich.locator('ul li').allTextContents()).toEqual(['first', 'second']);
  expect(await rich.locator('.rich-text code').textContent()).toBe('code *as is*');
  expect(await rich.getByRole('img', { name: 'Sizes of the last 30 backups' }).isVisible()).toBe(true);
  expect(await rich.locator('.unsupported').allTextContents()).toEqual(['unsupported: carousel_of_tomorrow']);
});

test('a block of an unexpected shape takes nothing else with it', async () => {
  slack.post(OPS, {
    text: 'odd',
    blocks: [{ type: 'header' }, { type: 'plan', tasks: 7 }, section('after it')] as AnyBlock[],
  });
  await message('after it').waitFor();
  expect(await message('after it').locator('.unsupported').allTextContents()).toEqual([
    'cannot be shown: header',
    'cannot be shown: plan',
  ]);
  expect(complaints.splice(0)).toHaveLength(2);
});

test('a plan changes in place: the spinner of the running task is the same element', async () => {
  const backup = message('Backup of prod, live');
  expect(await backup.locator('.plan-count').textContent()).toBe('1 of 3');
  expect(await backup.locator('.task .status').evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual(
    ['Complete', 'In progress', 'Pending'],
  );
  const spinner = await backup.locator('.tasks .status-in_progress').elementHandle();
  const [stored] = slack.messages(OPS).filter((one) => one.text === 'Backup of prod is running');
  if (stored) slack.edit(stored, { blocks: [stages('in_progress', 'error')] });
  await backup.locator('.tasks .status-error').waitFor();
  expect(await spinner?.evaluate((element) => element.isConnected)).toBe(true);
  await backup.getByText('(edited)').waitFor();
});

test('a plan whose last step is complete is at its end, whatever was left out', async () => {
  const backup = message('Backup of prod, live');
  const icon = backup.locator('.plan-icon .status');
  expect(await icon.getAttribute('aria-label')).toBe('In progress');
  const [stored] = slack.messages(OPS).filter((one) => one.text === 'Backup of prod is running');
  if (stored) slack.edit(stored, { blocks: [stages('pending', 'complete')] });
  await backup.locator('.plan-icon .status-complete').waitFor();
  await eventually(
    'the count is gone',
    async () => (await backup.locator('.plan-count').textContent()) === '',
  );
});

test('an edit leaves the other messages, the focus and the scroll where they are', async () => {
  const ask = page.getByRole('button', { name: 'Ask a question' });
  await ask.focus();
  const handle = await ask.elementHandle();
  const [stored] = slack.messages(OPS).filter((one) => one.text.startsWith('Restore of prod'));
  if (stored === undefined) throw new Error('The scene has no approval.');
  await channel().evaluate((element) => {
    element.scrollTop = 200;
  });
  slack.edit(stored, { blocks: [section('Now with *1 of 1* approvals'), ...stored.blocks.slice(1)] });
  await page.getByText('1 of 1').waitFor();
  expect(await handle?.evaluate((element) => element.matches(':focus'))).toBe(true);
  expect(await channel().evaluate((element) => element.scrollTop)).toBe(200);
});

test('new block ids alone change nothing, and a press carries the new one', async () => {
  await page.getByRole('combobox', { name: 'Remind me' }).click();
  const [stored] = slack.messages(OPS).filter((one) => one.text.startsWith('Restore of prod'));
  if (stored === undefined) throw new Error('The scene has no approval.');
  const blocks = stored.blocks.map((block, index) => ({ ...block, block_id: `new-${index}` }));
  slack.edit(stored, { blocks: [...blocks, section('Looked at by Ben')] });
  await page.getByText('Looked at by Ben').waitFor();
  const pressed = slack.next('act');
  await page.getByRole('option', { name: 'in an hour' }).click();
  expect((await pressed).detail).toMatchObject({ choice: { value: '1h', blockId: 'new-4' } });
});

test('the focus moves into the replacement when the focused block itself changes', async () => {
  const ask = page.getByRole('button', { name: 'Ask a question' });
  await ask.focus();
  const [stored] = slack.messages(OPS).filter((one) => one.text.startsWith('Restore of prod'));
  if (stored === undefined) throw new Error('The scene has no approval.');
  const blocks: AnyBlock[] = JSON.parse(JSON.stringify(stored.blocks).replace('"Deny"', '"Refuse"'));
  slack.edit(stored, { blocks });
  await page.getByRole('button', { name: 'Refuse' }).waitFor();
  await eventually('the focus is back', () => ask.evaluate((element) => element.matches(':focus')));
});

test('the list sticks to its end, and stays put with a hint when scrolled up', async () => {
  const distance = () =>
    channel().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  const atTheEnd = () => eventually('the list is at its end', async () => (await distance()) < 2);
  await atTheEnd();
  slack.post(OPS, { text: 'a new one at the end' });
  await message('a new one at the end').waitFor();
  await atTheEnd();
  await channel().evaluate(
    (element) =>
      new Promise((resolve) => {
        element.addEventListener('scroll', resolve, { once: true });
        element.scrollTop = 100;
      }),
  );
  slack.post(OPS, { text: 'one that is not seen' });
  const jump = page.getByRole('button', { name: 'New messages' });
  await jump.waitFor();
  expect(await channel().evaluate((element) => element.scrollTop)).toBe(100);
  await jump.click();
  await atTheEnd();
  await page
    .locator('#announcer', { hasText: /^CircleCI Backup: one that is not seen$/ })
    .waitFor({ state: 'attached' });
});

test('a thread opens at the right, follows along, and closes by Escape', async () => {
  await page.getByRole('button', { name: /3 replies/ }).click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await eventually('the thread is shown', async () => (await thread.locator('article').count()) === 4);
  const parent = slack.messages(OPS).find((one) => one.text === 'Backup of prod is running');
  slack.post(OPS, { text: 'A fourth reply', ...(parent && { threadTs: parent.ts }) });
  await thread.getByText('A fourth reply').waitFor();
  await page.getByRole('button', { name: /4 replies/ }).waitFor();
  expect(await channel().getByText('A fourth reply').count()).toBe(0);
  await page.keyboard.press('Escape');
  await thread.waitFor({ state: 'hidden' });
});

test('a broadcast reply leads to its thread', async () => {
  await message('A volume was attached').getByRole('button', { name: 'Backup of prod is running' }).click();
  await page.getByRole('complementary', { name: 'Thread' }).getByText('Snapshots at 61 %').waitFor();
});

test('what one person sees alone goes with them', async () => {
  expect(await message('Only visible to you').textContent()).toContain('someone else must approve it');
  await page.getByRole('radio', { name: 'Ben Okoro' }).check({ force: true });
  await page.getByText('Only Ben reads this.').waitFor();
  await page.getByText('ana-only').waitFor({ state: 'detached' });
  expect(await message('Only visible to you').count()).toBe(1);
  expect(page.url()).toContain(`user=${BEN}`);
  await page.reload();
  await page.getByText('Only Ben reads this.').waitFor();
  await eventually('the page is Ben’s', () => page.getByRole('radio', { name: 'Ben Okoro' }).isChecked());
});

test('the Home is asked for when it is opened', async () => {
  await page.getByRole('button', { name: 'CircleCI Backup' }).click();
  await page.getByText('Hello Ana').waitFor();
  const asked = slack.next('home');
  await page.getByRole('tab', { name: 'Home' }).click();
  expect(await asked).toMatchObject({ user: ANA });
  expect(await page.getByRole('region', { name: 'Home' }).textContent()).toContain(
    'last good backup 2 hours ago',
  );
});

test('news elsewhere is marked until it is read', async () => {
  slack.post('C0GENERAL', { text: 'news' });
  const general = page.getByRole('button', { name: 'general' });
  await general.getByRole('img', { name: 'unread' }).waitFor();
  await general.click();
  await page.getByText('news', { exact: true }).waitFor();
  await general.getByRole('img', { name: 'unread' }).waitFor({ state: 'detached' });
});

test('nothing is wider than a phone', async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole('button', { name: 'Channels' }).click();
  await page.getByRole('button', { name: 'general' }).click();
  await page.getByRole('heading', { name: '#general' }).waitFor();
  await page.getByRole('navigation').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Channels' }).click();
  await page.getByRole('button', { name: 'ci-backups' }).click();
  await message('Rich:').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  expect(await channel().evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});
