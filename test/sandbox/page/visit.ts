import type { Browser, Locator, Page } from 'playwright-core';
import { createPage } from '../../../sandbox/page/server.ts';
import type { SlackServer } from '../../../sandbox/slack/model.ts';
import { launchChromium, openPage } from './chromium.ts';

/** Wall time for anything to appear; far above what it needs, for a machine that is busy. */
const PATIENCE_MS = 60_000;

/** The sandbox’s page over a world with the unmodified bot, and what the people at it do. */
export interface Visit {
  page: Page;
  /** The form or question that is open. */
  dialog: Locator;
  /** From now on this person is at the page. */
  as(firstName: string): Promise<void>;
  /** Types `/circleci-backup <text>` in the channel that is open. */
  type(text: string): Promise<void>;
  /** Presses the newest button of this name in the channel. */
  press(button: string): Promise<void>;
  /** Says yes to what the page asks before it sends a press. */
  confirm(button: string): Promise<void>;
  /** Opens a menu of the form and takes an option; `typed` is typed into it before. */
  choose(menu: string, option: string | RegExp, typed?: string): Promise<void>;
  /** Waits until a message has a heading with these words. */
  heading(words: string | RegExp): Promise<Locator>;
  /** Waits until these words can be seen in the channel. */
  reads(words: string | RegExp): Promise<void>;
  close(): Promise<void>;
}

/** Opens the page in a Chromium of its own. */
export async function visit(slack: SlackServer): Promise<Visit> {
  const browser: Browser = await launchChromium();
  const served = await createPage({ slack, command: '/circleci-backup' });
  const { page, complaints } = await openPage(browser, served.url);
  page.setDefaultTimeout(PATIENCE_MS);
  const messages = page.locator('#messages');
  const dialog = page.getByRole('dialog');
  return {
    page,
    dialog,
    async as(firstName) {
      await page.getByRole('radio', { name: new RegExp(`^${firstName}`) }).check({ force: true });
      await page.getByPlaceholder(`${firstName}, type`).waitFor();
    },
    async type(text) {
      const line = page.getByRole('combobox', { name: /Command in/ });
      await line.fill(`/circleci-backup ${text}`);
      await line.press('Enter');
    },
    press: (button) => messages.getByRole('button', { name: button, exact: true }).last().click(),
    async confirm(button) {
      await dialog.getByRole('button', { name: button, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    async choose(menu, option, typed) {
      const field = dialog.getByRole('combobox', { name: menu });
      await field.click();
      if (typed !== undefined) await field.fill(typed);
      await dialog.getByRole('option', { name: option }).first().click();
    },
    async heading(words) {
      const heading = messages.getByRole('heading', { name: words }).last();
      await heading.waitFor();
      return heading;
    },
    reads: (words) => messages.getByText(words).last().waitFor(),
    async close() {
      await browser.close();
      await served.close();
      expect(complaints).toEqual([]);
    },
  };
}
