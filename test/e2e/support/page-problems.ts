import type { Page } from '@playwright/test';

/** Collects what a page must not have: console errors, uncaught errors, requests that failed, violations of the policy. */
export interface PageProblems {
  /** Problems that match are part of the test. */
  expect(pattern: RegExp): void;
  /** Those that were not expected. */
  list(): readonly string[];
  /** All that match, expected or not. */
  matching(pattern: RegExp): readonly string[];
}

export function watchForProblems(page: Page): PageProblems {
  const problems: string[] = [];
  const expected: RegExp[] = [];
  // A violation of the content security policy is a console error as well.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  return {
    expect: (pattern) => void expected.push(pattern),
    list: () => problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
    matching: (pattern) => problems.filter((problem) => pattern.test(problem)),
  };
}
