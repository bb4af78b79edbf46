import { expect, test } from 'vitest';
import { phaseRows } from '../../../renderer/features/operation/phases.ts';
import { NOW } from '../../support/page-fixtures/hosts.ts';
import { fixtureOperation, fixturePlan, pulling } from '../../support/page-fixtures/operations.ts';

const states = (rows: ReturnType<typeof phaseRows>) => rows.map(({ key, state }) => `${key} ${state}`);

test('before the first word of bootc the registry is asked, and time runs from the start', () => {
  const rows = phaseRows(fixtureOperation(), null, NOW + 5000);
  expect(rows[1]).toMatchObject({ key: 'pull', state: 'now', what: 'Asking the registry what is new', time: '0:05' });
});

test('one phase is now, those before it are done or passed over, those after it are to do', () => {
  const progress = { ...pulling, step: 'stage' as const, stepStartedAt: { pull: NOW, stage: NOW + 60_000 } };
  expect(states(phaseRows(fixtureOperation(), progress, NOW + 61_000))).toEqual([
    'plan done',
    'pull done',
    'import skipped',
    'stage now',
    'bound-images todo',
    'clean-up todo',
    'verify todo',
  ]);
});

test('when the unit has ended, the state is read: whatever was seen before', () => {
  const rows = phaseRows(fixtureOperation({ phase: 'verifying' }), pulling, NOW + 61_000);
  expect(rows.at(-1)).toMatchObject({ key: 'verify', state: 'now' });
  expect(rows[1]).toMatchObject({ key: 'pull', state: 'done', pull: null });
});

test('a check is one phase and its verification', () => {
  const operation = fixtureOperation({ plan: fixturePlan({ request: { verb: 'check' }, reportsProgress: false }) });
  expect(states(phaseRows(operation, null, NOW))).toEqual(['plan done', 'run now', 'verify todo']);
});

test('a pull without totals says how much there is', () => {
  const pull = {
    ...pulling.pull!,
    bytes: 5e6,
    bytesTotal: 0,
    bytesCached: 0,
    layers: 0,
    layersTotal: 0,
    layersCached: 0,
  };
  const [, row] = phaseRows(fixtureOperation(), { ...pulling, pull }, NOW);
  expect(row?.what).toBe('5.0 MB');
});
