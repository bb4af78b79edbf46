import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo=6'] });

/** What a terminal shows, in the order of the panes. */
function screenOf(page: Page, pane: number): Locator {
  return page.locator('[data-pane]').nth(pane).locator('.xterm-rows');
}

async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < 12; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${target.toString()}`);
}

test('shells in the dock without a mouse: typed into, found again, split, searched, pasted into, broadcast to, closed', async ({
  app,
}) => {
  const { page } = app;
  const { keyboard } = page;
  const dock = page.getByRole('region', { name: 'Dock' });

  // From a host by one key.
  await page.getByRole('grid', { name: 'Hosts' }).focus();
  await keyboard.press('t');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await expect(screenOf(page, 0)).toContainText('demo]$');
  await keyboard.type('uname -a\n');
  await expect(screenOf(page, 0)).toContainText(/Linux.*demo\]\$\s*$/s);

  // The shell lives in the core: the page that comes back shows the same screen.
  const before = (await screenOf(page, 0).innerText()).trim();
  await page.reload();
  await expect.poll(async () => (await screenOf(page, 0).innerText()).trim()).toBe(before);

  // Into it with the key of the dock, and a second shell beside it.
  await keyboard.press('Control+Backquote');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await keyboard.press('Control+Shift+KeyD');
  await expect(page.locator('[data-pane]')).toHaveCount(2);
  await expect(screenOf(page, 1)).toContainText('demo]$');
  await keyboard.type('echo needle Needle\n');
  await expect(screenOf(page, 1)).toContainText('needle Needle');

  // All matches are counted; with case fewer.
  await keyboard.press('Control+Shift+KeyF');
  await keyboard.type('Needle');
  const count = dock.locator('.dock__find [role=status]');
  await expect(count).toHaveText(/of 4$/);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await expect(count).toHaveText(/of 2$/);
  await keyboard.press('Escape');

  // Several lines are shown before they are pasted.
  await page.evaluate(() => navigator.clipboard.writeText('echo one\necho two\n'));
  await keyboard.press('Control+Shift+KeyV');
  await expect(page.getByRole('dialog', { name: /^Paste 2 lines into/ })).toContainText('echo two');
  await keyboard.press('Escape');
  await expect(page.locator('.xterm-helper-textarea').nth(1)).toBeFocused();
  await expect(screenOf(page, 1)).not.toContainText('echo two');

  // What is typed goes to both, in a frame, until it is stopped.
  await keyboard.press('Control+Shift+KeyB');
  await tabTo(page, page.getByRole('button', { name: 'Broadcast to 2 terminals' }));
  await keyboard.press('Enter');
  await expect(dock.getByText('What you type goes to 2 terminals:')).toBeVisible();
  await keyboard.type('echo to-both\n');
  for (const pane of [0, 1]) await expect(screenOf(page, pane)).toContainText('to-both');
  await app.look('terminals');
  await keyboard.press('Control+Shift+KeyB');
  await expect(page.locator('.is-broadcast')).toHaveCount(0);

  // Closed, and out of the dock.
  await keyboard.press('Control+Shift+KeyX');
  await expect(page.locator('[data-pane]')).toHaveCount(1);
  await expect(dock.getByRole('tab')).toHaveCount(1);
  await keyboard.press('Control+Backquote');
  await expect(page.locator('[data-pane]')).toHaveCount(0);
  await expect(dock.getByRole('tab')).toHaveCount(1);
});
