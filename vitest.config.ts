import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * A project a tier; the end-to-end tiers are Playwright's (playwright.config.ts). Integration tests start real servers and
 * measure memory, so that each file has a process of its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          // They change nothing that another file could see: loading all modules anew for each would take most of their time.
          isolate: false,
          maxWorkers: 2,
          testTimeout: 10_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'component',
          environment: 'jsdom',
          include: ['test/component/**/*.test.{ts,tsx}'],
          setupFiles: ['test/support/component-setup.ts'],
          css: false,
          // As with the unit tests; what a test leaves in the window is taken away by the set-up.
          isolate: false,
          // PatternFly's modules import style sheets, which Node cannot.
          server: { deps: { inline: [/@patternfly\//] } },
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'native',
          environment: 'node',
          include: ['test/native/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          // They wait for hosts more than they compute: three at a time use both cores that a small machine has.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
