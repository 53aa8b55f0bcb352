import type { AnyBlock } from '@slack/types';
import type { Browser, Locator, Page } from 'playwright-core';
import { createPage, type Page as ServedPage } from '../../../sandbox/page/server.ts';
import { eventually } from '../../faults/eventually.ts';
import { launchChromium, openPage } from './chromium.ts';
import { ANA, type FakeSlack } from './fake-slack.ts';
import { createScene, openRestoreForm } from './scene.ts';
import { section } from './scene-blocks.ts';

let browser: Browser;
let slack: FakeSlack;
let served: ServedPage;
let page: Page;
let complaints: string[];
let form: Locator;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  slack = createScene();
  served = await createPage({ slack, command: '/circleci-backup' });
  ({ page, complaints } = await openPage(browser, served.url));
  form = page.getByRole('dialog', { name: 'Restore' });
});
afterEach(async () => {
  await page.context().close();
  await served.close();
  expect(complaints).toEqual([]);
});

const submit = () => form.getByRole('button', { name: 'Show the plan' }).click();

test('a form opens with the focus in it, is filled in, and sent in the shape of Slack', async () => {
  const view = openRestoreForm(slack, ANA);
  const backup = form.getByRole('combobox', { name: 'Backup' });
  await backup.waitFor();
  await eventually('the focus is in the field', () =>
    backup.evaluate((element) => element.matches(':focus')),
  );
  await backup.pressSequentially('2 March');
  await form.getByRole('option', { name: 'staging · 2 March' }).waitFor();
  await backup.press('ArrowDown');
  await backup.press('Enter');
  await form.getByRole('combobox', { name: 'Target' }).click();
  await form.getByRole('option', { name: 'prod' }).click();
  await form.getByLabel('Reason').fill('The disk is\ngone');
  await form.getByLabel('Beside it').check();
  await form.getByLabel('Builds').check();
  await form.getByLabel('Not after').fill('2026-03-04');
  const sent = slack.next('submit');
  await submit();
  const text = (words: string) => ({ type: 'plain_text', text: words });
  expect((await sent).detail).toEqual({
    view: view.id,
    values: {
      backup: {
        backup_value: {
          type: 'external_select',
          selected_option: { text: text('prod · 2 March, 07:30'), value: 'backup-0' },
        },
      },
      target: {
        target_value: { type: 'static_select', selected_option: { text: text('prod'), value: 'prod' } },
      },
      reason: { reason_value: { type: 'plain_text_input', value: 'The disk is\ngone' } },
      ticket: { ticket_value: { type: 'plain_text_input', value: null } },
      mode: {
        mode_value: {
          type: 'radio_buttons',
          selected_option: {
            text: text('Beside it'),
            value: 'beside',
            description: text('A drill: checked and thrown away.'),
          },
        },
      },
      checks: {
        checks_value: { type: 'checkboxes', selected_options: [{ text: text('Builds'), value: 'builds' }] },
      },
      day: { day_value: { type: 'datepicker', selected_date: '2026-03-04' } },
    },
  });
});

test('a menu shows all of it when it is opened, what fits when one types, and lets go of what is emptied', async () => {
  openRestoreForm(slack, ANA);
  const backup = form.getByRole('combobox', { name: 'Backup' });
  const offers = form.getByRole('option');
  await backup.click();
  await offers.nth(2).waitFor();
  expect(await offers.last().locator('.choice-description').textContent()).toBe('partial');
  await backup.press('ArrowUp');
  await backup.press('Enter');
  expect(await backup.inputValue()).toBe('staging · 2 March, 08:00');
  await backup.click();
  await offers.nth(2).waitFor();
  expect(await offers.last().getAttribute('aria-selected')).toBe('true');
  await backup.fill('prod');
  await offers.nth(2).waitFor({ state: 'detached' });
  await backup.blur();
  expect(await backup.inputValue()).toBe('staging · 2 March, 08:00');
  await backup.fill('');
  await backup.blur();
  await submit();
  await form.getByText('Please complete this required field.').first().waitFor();
});

test('a field that the bot listens to tells what was chosen, and what the other fields hold', async () => {
  const view = openRestoreForm(slack, ANA);
  const blocks = view.view.blocks.map((block) =>
    block.block_id === 'target' ? { ...block, dispatch_action: true } : block,
  );
  slack.changeView(ANA, view.id, { hash: 'next', view: { ...view.view, blocks } });
  await form.getByLabel('Reason').fill('because');
  const target = form.getByRole('combobox', { name: 'Target' });
  await target.click();
  const told = slack.next('act');
  await form.getByRole('option', { name: 'staging' }).click();
  expect((await told).detail).toMatchObject({
    actionId: 'target_value',
    choice: {
      value: 'staging',
      blockId: 'target',
      values: { reason: { reason_value: { value: 'because' } } },
    },
  });
});

test('what is missing is said before the bot is asked, with the focus on the first', async () => {
  openRestoreForm(slack, ANA);
  await form.getByLabel('Reason').fill('why');
  await submit();
  expect(await form.locator('.field-error:visible').allTextContents()).toEqual([
    'Please complete this required field.',
    'Please complete this required field.',
    'Must be at least 5 characters long.',
  ]);
  const backup = form.getByRole('combobox', { name: 'Backup' });
  await eventually('the focus is in the field', () =>
    backup.evaluate((element) => element.matches(':focus')),
  );
  expect(await backup.getAttribute('aria-invalid')).toBe('true');
  expect(slack.received.filter(({ what }) => what === 'submit')).toEqual([]);
});

test("the bot's errors stand at their fields, and nothing that was typed is lost", async () => {
  const view = openRestoreForm(slack, ANA);
  await form.getByLabel('Reason').fill('because of this');
  slack.changeView(ANA, view.id, { errors: { reason: 'Say which incident.' } });
  await form.getByText('Say which incident.').waitFor();
  expect(await form.getByLabel('Reason').inputValue()).toBe('because of this');
  const blocks: AnyBlock[] = JSON.parse(
    JSON.stringify(view.view.blocks).replace('Why now?', 'Which incident?'),
  );
  slack.changeView(ANA, view.id, { hash: 'next', errors: {}, view: { ...view.view, blocks } });
  await form.getByPlaceholder('Which incident?').waitFor();
  expect(await form.getByLabel('Reason').inputValue()).toBe('because of this');
});

test('a loading form becomes the real one', async () => {
  const view = slack.openView(ANA, {
    type: 'modal',
    title: { text: 'Restore' },
    blocks: [section('One moment…')],
  });
  await form.getByText('One moment…').waitFor();
  expect(await form.getByRole('button').allInnerTexts()).toEqual(['', 'Close']);
  slack.changeView(ANA, view.id, {
    view: {
      type: 'modal',
      title: { text: 'Restore' },
      submit: { text: 'Go' },
      blocks: [section('Here it is.')],
    },
  });
  await form.getByRole('button', { name: 'Go' }).waitFor();
});

test('Escape closes the form, tells the bot, and gives the focus back', async () => {
  const view = openRestoreForm(slack, ANA);
  await form.waitFor();
  expect(await page.locator('#main').evaluate((element) => element.matches('[inert]'))).toBe(true);
  const closed = slack.next('close');
  await page.keyboard.press('Escape');
  expect((await closed).detail).toEqual({ view: view.id });
  await form.waitFor({ state: 'detached' });
  const line = page.locator('#composer textarea');
  await eventually('the focus is back', () => line.evaluate((element) => element.matches(':focus')));
});

test('a second form lies over the first, and leaves it as it was', async () => {
  openRestoreForm(slack, ANA);
  await form.getByLabel('Reason').fill('kept');
  slack.openView(ANA, {
    type: 'modal',
    title: { text: 'Sure?' },
    close: { text: 'Back' },
    blocks: [section('?')],
  });
  const second = page.getByRole('dialog', { name: 'Sure?' });
  await second.getByRole('button', { name: 'Back' }).click();
  await form.waitFor();
  expect(await form.getByLabel('Reason').inputValue()).toBe('kept');
});

test('a form is for one person, and waits with what was typed while someone else is at the page', async () => {
  openRestoreForm(slack, ANA);
  await form.getByLabel('Reason').fill('half a sen');
  await page.getByRole('radio', { name: 'Ben Okoro' }).check({ force: true });
  await form.waitFor({ state: 'hidden' });
  await page.getByText('Only Ben reads this.').waitFor();
  await page.getByRole('radio', { name: 'Ana Marić' }).check({ force: true });
  await form.waitFor();
  expect(await form.getByLabel('Reason').inputValue()).toBe('half a sen');
});

test('a submission without an answer says so', async () => {
  slack.openView(ANA, {
    type: 'modal',
    title: { text: 'Restore' },
    submit: { text: 'Show the plan' },
    blocks: [section('?')],
  });
  slack.answer(() => ({}));
  await submit();
  await form.getByText('We had some trouble connecting').waitFor();
});
