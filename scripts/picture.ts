import { chromium } from 'playwright-core';
import { createPage } from '../src/sandbox/page/server.ts';
import { createWorld } from '../src/sandbox/world.ts';

/** Takes README's picture, docs/sandbox.png, of the sandbox's page after a backup; needs Chromium. */
async function main(): Promise<void> {
  const world = await createWorld({ speed: 60 });
  await world.startBot();
  const served = await createPage({ slack: world.slack, command: '/circleci-backup' });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1180, height: 980 } });
    await page.goto(served.url);
    const line = page.getByRole('combobox', { name: /Command in/ });
    await line.fill('/circleci-backup now before the upgrade to 2.19');
    await line.press('Enter');
    await page.getByText('Backup of prod is complete').waitFor({ timeout: 60_000 });
    await page.getByText('1 reply').waitFor();
    await page.screenshot({ path: 'docs/sandbox.png' });
  } finally {
    await browser.close();
    await served.close();
    await world.close();
  }
}

await main();
