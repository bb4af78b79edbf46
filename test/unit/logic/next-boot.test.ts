import { describe, expect, it } from 'vitest';
import { droppedByStaged, nextBoot } from '../../../shared/logic/next-boot.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { deployment, set } from './fixtures.ts';

const staged = deployment('2.15.0');
const downloaded = deployment('2.15.0', { downloadOnly: true });

describe('which deployment boots next (reference 1.4)', () => {
  const cases: readonly [string, Partial<DeploymentSet>, string, string | null][] = [
    ['nothing staged, nothing queued', {}, 'same', '2.14.0'],
    ['staged', { staged }, 'staged', '2.15.0'],
    ['download-only', { staged: downloaded }, 'same', '2.14.0'],
    ['rollback queued', { rollbackQueued: true }, 'rollback', '2.13.2'],
    ['staged after a queued rollback', { staged, rollbackQueued: true }, 'staged', '2.15.0'],
    ['download-only and a queued rollback', { staged: downloaded, rollbackQueued: true }, 'rollback', '2.13.2'],
    ['queued without a rollback', { rollback: null, rollbackQueued: true }, 'same', '2.14.0'],
    ['nothing booted', { booted: null, rollback: null }, 'same', null],
  ];
  it.each(cases)('%s', (_, state, kind, version) => {
    const next = nextBoot(set(state));
    expect([next.kind, next.deployment?.version ?? null]).toEqual([kind, version]);
  });
});

describe('what is dropped (reference 5.4)', () => {
  const others = [
    deployment('2.11.4', { pinned: true }),
    deployment('2.10.0'),
    deployment('other', { stateroot: 'second' }),
    deployment('old', { stateroot: null }),
  ];
  it('keeps the pinned ones and those of other stateroots', () => {
    expect(droppedByStaged(set({ others })).map(({ version }) => version)).toEqual(['2.13.2', '2.10.0', 'old']);
    expect(droppedByStaged(set({ rollback: deployment('2.13.2', { pinned: true }) }))).toEqual([]);
    expect(droppedByStaged(set({ rollback: null }))).toEqual([]);
  });
});
