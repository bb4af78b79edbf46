import type { OperationPlan } from '../model/operation.ts';
import { describePlan } from './plan-notes.ts';

/** Plans to which the same will happen. `effects` and `losses` are what they have in common: all of it. */
export interface PlanGroup<T> {
  readonly effects: readonly string[];
  readonly losses: readonly string[];
  readonly members: readonly T[];
}

/** Groups hosts by what will happen to them, in words; the largest group first, within a group the order stays. */
export function groupPlans<T extends { readonly plan: OperationPlan }>(entries: readonly T[]): readonly PlanGroup<T>[] {
  const groups = new Map<string, { effects: readonly string[]; losses: readonly string[]; members: T[] }>();
  for (const entry of entries) {
    const { effects, losses } = describePlan(entry.plan);
    const key = JSON.stringify([effects, losses]);
    const group = groups.get(key);
    if (group) group.members.push(entry);
    else groups.set(key, { effects, losses, members: [entry] });
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length);
}
