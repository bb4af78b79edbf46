import { expect, test } from '../support/fixtures.ts';

const HOSTS = 5000;
/** CSS pixels, as the mock-ups have it. */
const LINE = 28;

test.use({ launchArguments: [`--demo=${String(HOSTS)}`] });

test('five thousand hosts are found, filtered and scrolled', async ({ app }) => {
  test.slow(); // As many servers are started first.
  const { page } = app;
  const grid = page.getByRole('grid', { name: 'Hosts' });
  await expect(grid).toHaveAttribute('aria-rowcount', String(HOSTS + 1), { timeout: 60_000 });
  const lines = grid.locator('[data-line]');

  // The lines that are drawn: few, in a row, each of the height that all are counted with.
  const drawn = async () => {
    const boxes = await lines.evaluateAll((elements) =>
      elements
        .map((element) => element.getBoundingClientRect())
        .map(({ top, height }) => ({ top, height }))
        .sort((a, b) => a.top - b.top),
    );
    expect(boxes.length).toBeLessThan(100);
    expect(new Set(boxes.map(({ height }) => height))).toEqual(new Set([LINE]));
    const steps = boxes.slice(1).map(({ top }, index) => Math.round(top - (boxes[index]?.top ?? 0)));
    expect(new Set(steps)).toEqual(new Set([LINE]));
  };
  await drawn();

  await grid.focus();
  await page.keyboard.press('End');
  const last = grid.locator('.is-cursor');
  await expect(last).toHaveAttribute('aria-rowindex', String(HOSTS + 1));
  await expect(last).toBeInViewport({ ratio: 1 });
  await drawn();
  // What came into view is connected to, and nothing else.
  await expect(last).toContainText(/Healthy|failed|Unreachable|No root/);
  await expect(page.getByRole('contentinfo')).toContainText(/^\D*5,000 simulated hosts\D*\d{2,3} of 5,000 connected/);
  await page.keyboard.press('Home');
  await expect(last).toHaveAttribute('aria-rowindex', '2');
  await expect(last).toBeInViewport({ ratio: 1 });

  await page.keyboard.press('/');
  await page.keyboard.type('tag:web');
  const filter = page.getByRole('textbox', { name: 'Filter' });
  await expect(filter).not.toHaveAccessibleDescription('5,000 of 5,000');
  await page.keyboard.press('Enter');
  await page.keyboard.type('web-05.fra');
  await expect(filter).toHaveAccessibleDescription('1 of 5,000');
  await expect(lines).toHaveCount(1);
  await expect(lines).toContainText('Update found');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  await expect(filter).toHaveAccessibleDescription('5,000 of 5,000');
  await app.look('fleet-5000');
});
