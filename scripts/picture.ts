import { type Browser, chromium, type Page } from 'playwright-core';
import { startSandbox } from '../sandbox/sandbox.ts';

const PATIENCE_MS = 60_000;

/** Takes README's pictures of the sandbox's page, after a backup and of a restore's plan; needs Chromium. */
async function main(): Promise<void> {
  const sandbox = await startSandbox({ speed: 60, port: 0 });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  try {
    const page = await open(browser, sandbox.page.url);
    await type(page, 'now prod before the upgrade to 2.19');
    await page.getByRole('heading', { name: 'Backup of prod is complete' }).waitFor();
    await page.getByText('1 reply').waitFor();
    // What follows the result is part of the picture.
    await page.getByText('8 of 8').waitFor();
    await picture(page, 'sandbox', 1000);
    await type(page, 'restore prod');
    const form = page.getByRole('dialog');
    await form.getByLabel('Why').fill('the machine does not answer since 3:10');
    await form.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByRole('heading', { name: 'Approval needed' }).waitFor();
    await page.getByRole('radio', { name: 'Ben Okoro' }).check({ force: true });
    await page.getByPlaceholder('Ben, type').waitFor();
    await picture(page, 'restore', 1450);
  } finally {
    await browser.close();
    await sandbox.close();
  }
}

async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1180, height: 1000 } });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  return page;
}

async function type(page: Page, text: string): Promise<void> {
  const line = page.getByRole('combobox', { name: /Command in/ });
  await line.fill(`/circleci-backup ${text}`);
  await line.press('Enter');
}

/** The end of the channel, which is kept in view while the window grows. */
async function picture(page: Page, name: string, height: number): Promise<void> {
  await page.setViewportSize({ width: 1180, height });
  await page.locator('#messages').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.screenshot({ path: `docs/${name}.png` });
}

await main();
