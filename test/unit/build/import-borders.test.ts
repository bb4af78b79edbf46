import { describe, expect, it } from 'vitest';
import { crossedBorder } from '../../../build/lint/import-borders.mjs';

describe('crossedBorder', () => {
  it.each([
    ['shared/parse/facts.ts', '../model/host-facts.ts'],
    ['shared/contract/app.ts', '@orpc/contract'],
    ['electron/core/ssh/ssh2-login.ts', 'ssh2'],
    ['electron/core/hosts/inventory.ts', 'node:fs/promises'],
    ['electron/core/router/create-router.ts', '@orpc/server/ws'],
    ['electron/main/main.ts', 'electron'],
    ['renderer/features/fleet/table.tsx', '../../components/button.tsx'],
    ['renderer/features/fleet/table.tsx', './row.tsx'],
    ['renderer/app.tsx', './features/fleet/fleet-page.tsx'],
    ['vitest.config.ts', 'vitest/config'],
  ])('lets %s import %s', (file, specifier) => {
    expect(crossedBorder(file, specifier)).toBeNull();
  });

  it.each([
    ['shared/parse/facts.ts', 'node:fs'],
    ['shared/parse/facts.ts', 'fs'],
    ['shared/parse/facts.ts', '@orpc/contract'],
    ['shared/parse/facts.ts', '../../electron/core/emitter.ts'],
    ['electron/core/ssh/connection-pool.ts', 'ssh2'],
    ['electron/core/core.ts', 'electron'],
    ['electron/core/core.ts', '../main/main.ts'],
    ['electron/core/core.ts', '../demo/fleet.ts'],
    ['electron/main/main.ts', '../core/core.ts'],
    ['electron/main/core-process.ts', 'electron'],
    ['renderer/main.tsx', '../electron/core/emitter.ts'],
    ['renderer/main.tsx', 'ssh2'],
    ['renderer/components/button.tsx', '../../shared/model/host.ts'],
    ['renderer/components/button.tsx', '../state/fleet-store.ts'],
    ['renderer/features/fleet/table.tsx', '../host/host-page.tsx'],
  ])('keeps %s from importing %s', (file, specifier) => {
    expect(crossedBorder(file, specifier)).toContain('may not import');
  });
});
