import { defineConfig } from '@playwright/test';
import { findChromium } from './build/app-window.mjs';

/** The same journeys in every home; a test asks `app.home` only where homes differ on purpose. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/playwright',
  // Two at a time: a journey waits for hosts more than it computes. Those of one file stay in order.
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  // A test that passes at the second attempt has found something; it fails.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    // What is not there after this long does not come; without it a wrong name costs the whole time of its test.
    actionTimeout: 15_000,
    // Recording each frame and each state of the page costs as much as the journey; where nobody can look at it, what failed says it.
    trace: process.env['CI'] ? 'off' : 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  },
  projects: [
    {
      name: 'browser',
      testIgnore: '**/electron-home.spec.ts',
      use: {
        browserName: 'chromium',
        // Chromium does not run as root with its sandbox.
        launchOptions: { executablePath: findChromium() ?? '', chromiumSandbox: process.getuid?.() !== 0 },
      },
    },
    // Pictures of pages, which are the same bundle in both homes, are taken in one.
    { name: 'electron', testIgnore: ['**/browser-home.spec.ts', '**/screens.spec.ts'] },
  ],
});
