import type { Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';

/**
 * What axe-core finds of serious or critical weight in what is shown now, one line a rule and element; none is as it must be.
 * Colours are part of it: a page is looked at in each theme, and in the second for its `colours` alone, as all else is the same.
 */
export async function accessibilityProblems(page: Page, about: 'all' | 'colours'): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(options),
    {
      // Only the violations travel back, and only what a person needs to find them.
      resultTypes: ['violations'],
      // The style sheet would be fetched and parsed once more, for a rule about turned phones.
      preload: false,
      ...(about === 'colours' && { runOnly: ['color-contrast'] }),
    },
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
}
