import { describe, expect, it } from 'vitest';
import { lastCheckOf, newerCheck } from '../../../shared/logic/last-check.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { OperationOutcome } from '../../../shared/model/operation.ts';
import { deployment, digestFor, NOW, operation, ostreeDeployment, snapshot } from './fixtures.ts';

const named = { version: '2', digest: digestFor('2') };
const after = snapshot({ booted: deployment('1'), staged: deployment('2') });

describe('what an operation proves about the registry', () => {
  const cases: readonly [OperationOutcome, string | null][] = [
    [{ kind: 'up-to-date' }, '1'],
    [{ kind: 'no-update' }, '2'],
    [{ kind: 'already-staged', ...named }, '2'],
    [{ kind: 'staged', ...named }, '2'],
    [{ kind: 'update-found', ...named }, null],
    [{ kind: 'failed', failure: failure('operation.failed'), staged: true }, null],
    [{ kind: 'cancelled' }, null],
    [{ kind: 'unknown', failure: failure('operation.host-gone') }, null],
  ];
  it.each(cases)('%j', (outcome, version) => {
    const ended = operation({ outcome, after, endedAt: NOW });
    expect(lastCheckOf(ended)).toEqual(version === null ? null : { at: NOW, digest: digestFor(version) });
  });

  it('is nothing while it runs, without a state, without an image', () => {
    expect(lastCheckOf(operation())).toBeNull();
    expect(lastCheckOf(operation({ outcome: { kind: 'no-update' }, endedAt: NOW }))).toBeNull();
    const plain = snapshot({ booted: ostreeDeployment('42') });
    expect(lastCheckOf(operation({ outcome: { kind: 'up-to-date' }, after: plain, endedAt: NOW }))).toBeNull();
  });

  it('keeps the newer of two', () => {
    const [old, young] = [
      { at: 1, digest: 'a' },
      { at: 2, digest: 'b' },
    ];
    expect([newerCheck(old, young), newerCheck(young, old), newerCheck(null, old), newerCheck(null, null)]).toEqual([
      young,
      young,
      old,
      null,
    ]);
  });
});
