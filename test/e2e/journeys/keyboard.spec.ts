import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';

/** More stops than any page has on the way to something. */
const MOST_STOPS = 60;

/** Whether a person sees where the focus is: an outline at the element, at what is drawn for it, or at the line of the cursor. */
function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return false;
    const drawn = [
      element,
      element.nextElementSibling,
      element.parentElement,
      element.querySelector('.is-cursor'),
    ].flatMap((each) => each ?? []);
    return drawn.some((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      const { width, height, bottom, top } = each.getBoundingClientRect();
      const onScreen = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
      return onScreen && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    });
  });
}

/** Goes from stop to stop until `target` has the focus; at each of them the focus is seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const where = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    // From the end of a page the focus leaves it once for the window around it.
    if (!where?.startsWith('<body')) expect.soft(await focusIsSeen(page), where).toBe(true);
  }
  throw new Error(`Tab does not come to ${target.toString()}`);
}

/** The name of the host under the cursor of the grid, as a screen reader is told of it. */
function cursor(page: Page): Promise<string | null> {
  return page.getByRole('grid').evaluate((grid) => {
    const id = grid.getAttribute('aria-activedescendant');
    return (id && document.getElementById(id)?.querySelector('[role=rowheader]')?.textContent) ?? null;
  });
}

test('from the first start to a proved upgrade without a mouse', async ({ app }) => {
  test.slow();
  const { page } = app;
  const { keyboard } = page;
  await expect(page.getByRole('textbox', { name: 'Quick connect' })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Open the demo fleet' }));
  await keyboard.press('Enter');

  // The page is another one now, and says so.
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeFocused();
  await keyboard.press('/');
  const filter = page.getByRole('textbox', { name: 'Filter' });
  await expect(filter).toBeFocused();
  await expect.poll(() => focusIsSeen(page)).toBe(true);
  await keyboard.type('tag:web');
  await keyboard.press('Enter');
  await expect(filter).toHaveAccessibleDescription('8 of 24');

  const grid = page.getByRole('grid', { name: 'Hosts' });
  await keyboard.press('ArrowDown');
  await expect(grid).toBeFocused();
  await expect.poll(() => focusIsSeen(page)).toBe(true);
  const start = await cursor(page);
  await keyboard.press('ArrowDown');
  await expect.poll(() => cursor(page)).not.toBe(start);
  for (let line = 0; line < 8 && (await cursor(page)) !== 'web-05.fra'; line += 1) await keyboard.press('ArrowDown');
  expect(await cursor(page)).toBe('web-05.fra');

  await keyboard.press('.');
  const menu = page.getByRole('menu', { name: 'Actions for web-05.fra' });
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' }).getByRole('button', { name: 'Close' })).toBeFocused();
  await keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Host, filter or command' })).toBeFocused();
  await keyboard.press('Escape');
  await expect(grid).toBeFocused();
  expect(await cursor(page)).toBe('web-05.fra');

  await keyboard.press('Enter');
  const host = page.getByRole('heading', { name: 'web-05.fra', level: 1 });
  await expect(host).toBeFocused();
  const upgrade = page.getByRole('button', { name: 'Upgrade…' });
  await tabTo(page, upgrade);
  await keyboard.press('Enter');
  const plan = page.getByRole('dialog', { name: 'Upgrade web-05.fra' });
  await expect(plan.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect.poll(() => focusIsSeen(page)).toBe(true);
  // Enter takes the safe answer, and the focus is back where it was.
  await keyboard.press('Enter');
  await expect(plan).toBeHidden();
  await expect(upgrade).toBeFocused();
  await keyboard.press('Enter');
  // Until the pre-flight has ended it takes no key.
  await tabTo(page, plan.getByRole('button', { name: 'Upgrade web-05.fra', disabled: false }));
  await keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'Upgrade web-05.fra', level: 1 })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Stop…' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Let it run' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop…' })).toBeFocused();

  const main = page.getByRole('main');
  await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
  await tabTo(page, main.getByRole('button', { name: 'Open host' }));
  await keyboard.press('Enter');
  await expect(host).toBeFocused();
  await expect(page.getByRole('article', { name: 'Staged' })).toContainText('2.15.0');

  // From region to region, round and back.
  await keyboard.press('F6');
  await expect(page.getByRole('contentinfo').locator(':focus')).toHaveCount(1);
  await keyboard.press('F6');
  await expect(page.getByRole('link', { name: 'Fleet' }).first()).toBeFocused();
  await expect.poll(() => focusIsSeen(page)).toBe(true);
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeFocused();
  await expect(filter).toHaveAccessibleDescription('8 of 24');
});
