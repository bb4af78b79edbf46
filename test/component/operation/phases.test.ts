import { expect, test } from 'vitest';
import { phaseRows } from '../../../renderer/features/operation/phases.ts';
import type { RebootTimes } from '../../../shared/model/operation.ts';
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

test('a reboot is told by whether the host is there, beside how long it usually takes', () => {
  const plan = fixturePlan({ request: { verb: 'reboot', delayMinutes: 0, message: '' }, reportsProgress: false });
  const times: RebootTimes = { askedAt: NOW, goneAt: null, backAt: null, usualMs: 45_000 };
  const at = (changes: Partial<RebootTimes>, phase: 'rebooting' | 'verifying' = 'rebooting') =>
    phaseRows(fixtureOperation({ plan, phase, reboot: { ...times, ...changes } }), null, NOW + 30_000);

  expect(states(at({}))).toEqual(['plan done', 'shut-down now', 'silence todo', 'verify todo']);
  const silent = at({ goneAt: NOW + 10_000 });
  expect(states(silent)).toEqual(['plan done', 'shut-down done', 'silence now', 'verify todo']);
  expect(silent[2]).toMatchObject({ what: 'Usually it is back 0:45 after it was told to go', time: '0:20' });
  expect(states(at({ goneAt: NOW + 10_000, backAt: NOW + 25_000 }, 'verifying'))).toEqual([
    'plan done',
    'shut-down done',
    'silence done',
    'verify now',
  ]);
});

test('a reboot with a delay waits first', () => {
  const plan = fixturePlan({ request: { verb: 'reboot', delayMinutes: 5, message: '' }, reportsProgress: false });
  expect(states(phaseRows(fixtureOperation({ plan, reboot: null }), null, NOW))).toEqual([
    'plan done',
    'wait now',
    'shut-down todo',
    'silence todo',
    'verify todo',
  ]);
});
