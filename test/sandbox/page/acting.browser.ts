import type { Browser, Page } from 'playwright-core';
import { createPage, type Page as ServedPage } from '../../../sandbox/page/server.ts';
import { eventually } from '../../faults/eventually.ts';
import { launchChromium, openPage } from './chromium.ts';
import { ANA, type FakeSlack, OPS } from './fake-slack.ts';
import { createScene, SUGGESTIONS } from './scene.ts';

let browser: Browser;
let slack: FakeSlack;
let served: ServedPage;
let page: Page;
let complaints: string[];
let socketsCut: number;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  slack = createScene();
  socketsCut = 0;
  const cut = () => {
    socketsCut += 1;
  };
  const extras = [{ id: 'cut', label: 'Slack: cut the socket', help: 'It comes back by itself.', run: cut }];
  const tour = [{ type: 'restore prod', text: 'opens a form.' }, { text: 'Become Ben.' }];
  served = await createPage({ slack, command: '/circleci-backup', suggestions: SUGGESTIONS, extras, tour });
  ({ page, complaints } = await openPage(browser, served.url));
});
afterEach(async () => {
  await page.context().close();
  await served.close();
  expect(complaints).toEqual([]);
});

const line = () => page.getByRole('combobox', { name: 'Command in #ci-backups' });
const offers = () => page.getByRole('listbox', { name: 'Commands' }).getByRole('option');

test('a command is typed with help, sent with Enter, and recalled with arrow up', async () => {
  await line().press('/');
  await eventually('four commands are offered', async () => (await offers().count()) === 4);
  await line().pressSequentially('circleci-backup no');
  expect(await offers().allInnerTexts()).toEqual(['/circleci-backup now [target]\nmakes a backup']);
  await line().press('Tab');
  expect(await line().inputValue()).toBe('/circleci-backup now ');
  await line().pressSequentially('prod');
  const sent = slack.next('command');
  await line().press('Enter');
  expect((await sent).detail).toEqual({ channel: OPS, text: 'now prod', command: '/circleci-backup' });
  expect(await line().inputValue()).toBe('');
  await line().press('ArrowUp');
  expect(await line().inputValue()).toBe('/circleci-backup now prod');
  await line().press('ArrowDown');
  expect(await line().inputValue()).toBe('');
});

test('a step of what there is to try is written into the line, for the person to send', async () => {
  const steps = page.getByRole('region', { name: 'Something to try' }).getByRole('listitem');
  expect(await steps.allTextContents()).toEqual([
    '/circleci-backup restore prod opens a form.',
    'Become Ben.',
  ]);
  await steps.getByRole('button', { name: '/circleci-backup restore prod' }).click();
  expect(await line().inputValue()).toBe('/circleci-backup restore prod');
  const sent = slack.next('command');
  await line().press('Enter');
  expect((await sent).detail).toMatchObject({ text: 'restore prod' });
});

test('arrow keys choose among the offers, Enter takes one, Escape closes them', async () => {
  await line().press('/');
  await line().press('ArrowUp');
  expect(await offers().last().getAttribute('aria-selected')).toBe('true');
  await line().press('ArrowUp');
  await line().press('Enter');
  expect(await line().inputValue()).toBe('/circleci-backup status');
  expect(slack.received).toEqual([]);
  await line().fill('/');
  await line().press('Escape');
  await offers().first().waitFor({ state: 'detached' });
});

test('what cannot be sent and what was not answered is said', async () => {
  await line().fill('hello');
  await line().press('Enter');
  await page.getByText('In the sandbox people only send commands.').waitFor();
  await line().fill('/circleci-restore');
  await line().press('Enter');
  await page.getByText('/circleci-restore is not a valid command. Here it is /circleci-backup.').waitFor();
  slack.answer(() => ({}));
  await line().fill('/circleci-backup list');
  await line().press('Enter');
  await page
    .getByText('/circleci-backup list failed because the app did not respond within 3 seconds')
    .waitFor();
});

test('a button asks first when the bot wants it to', async () => {
  const approve = page.getByRole('button', { name: 'Approve', exact: true });
  await approve.click();
  const dialog = page.getByRole('dialog', { name: 'Approve this restore?' });
  expect(await dialog.textContent()).toContain('It starts at once and stops i-0f9e8d7c.');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await approve.click();
  await dialog.getByRole('button', { name: 'Not yet' }).click();
  expect(slack.received).toEqual([]);
  await approve.click();
  const pressed = slack.next('act');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  expect(await pressed).toMatchObject({
    user: ANA,
    detail: { actionId: 'approve', choice: { blockId: 'decide' } },
  });
});

test('a button shows that it waits, is not pressed twice, and says when nothing came', async () => {
  const finished = Promise.withResolvers<object>();
  slack.answer(() => finished.promise);
  const deny = page.getByRole('button', { name: 'Deny' });
  await deny.click();
  await page.locator('[aria-busy=true]', { hasText: 'Deny' }).waitFor();
  await deny.click();
  finished.resolve({});
  await page.getByText('The app did not respond within 3 seconds.').waitFor();
  expect(slack.received).toHaveLength(1);
  await eventually('the button is free again', async () => (await deny.getAttribute('aria-busy')) === null);
});

test('selects send what was chosen', async () => {
  const chosen = slack.next('act');
  await page.getByRole('combobox', { name: 'Remind me' }).click();
  await page.getByRole('option', { name: 'in an hour' }).click();
  expect((await chosen).detail).toMatchObject({
    actionId: 'remind',
    choice: { value: '1h', blockId: 'decide' },
  });
});

test("the world's drawer runs its buttons", async () => {
  await page.getByRole('button', { name: 'World' }).click();
  await page.getByRole('button', { name: 'Slack: cut the socket' }).click();
  await page.getByText(/Done at/).waitFor();
  expect(socketsCut).toBe(1);
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'World' }).waitFor({ state: 'hidden' });
});
