import { expect, it } from 'vitest';
import { groupPlans } from '../../../shared/logic/plan-groups.ts';
import { makeDeployment, makeOperation, makeSnapshot } from '../operations/samples.ts';

it('puts hosts together to which the same will happen, the most of them first', () => {
  const plan = (number: number, before = makeSnapshot()) => ({ plan: { ...makeOperation(number).plan, before } });
  const staged = makeSnapshot({ staged: makeDeployment('staged') });
  const entries = [plan(1, staged), plan(2), plan(3), plan(4, staged), plan(5)];
  const groups = groupPlans(entries);
  expect(groups.map(({ members }) => members)).toEqual([
    [entries[1], entries[2], entries[4]],
    [entries[0], entries[3]],
  ]);
  expect(groups[1]?.losses.join()).toContain('Staged staged is replaced');
  expect(groups[0]?.losses.join()).not.toContain('is replaced');
});

it('has no group where there is no plan', () => {
  expect(groupPlans([])).toEqual([]);
});
