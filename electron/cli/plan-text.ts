import { describePlan } from '../../shared/logic/plan-notes.ts';
import type { OperationPlan } from '../../shared/model/operation.ts';

/** A plan as it is shown before anybody confirms it: the exact commands, what will happen and what will be lost. */
export function planText(plan: OperationPlan): string {
  const { title, target, effects, losses, notes, safe } = describePlan(plan);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Target', [target]],
    ['Commands', plan.commands],
    ['Effect', effects],
    ['Lost', losses],
    ['Note', [...notes, safe]],
  ];
  const lines = sections.flatMap(([label, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? label : '').padEnd(10)}${text}\n`),
  );
  return `${title}\n${lines.join('')}`;
}
