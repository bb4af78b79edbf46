import { describe, expect, it } from 'vitest';
import { decideVerb } from '../../../electron/demo/decide-verb.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { unitScript } from '../../../electron/demo/unit-script.ts';
import { demoHostSpecs } from '../../../electron/demo/variations.ts';
import { refusal } from '../../../shared/logic/refusal.ts';
import { toolFor } from '../../../shared/logic/verb-commands.ts';
import { factsOf, startedAt } from './demo-state.ts';

/** What an upgrade of all comes to, host by host: what stops it, or how its unit ends. */
function upgradeAll(hosts: number): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const spec of demoHostSpecs(hosts, 'berth')) {
    const what = upgradeOf(spec);
    groups.set(what, [...(groups.get(what) ?? []), spec.name]);
  }
  return groups;
}

function upgradeOf(spec: ReturnType<typeof demoHostSpecs>[number]): string {
  if (spec.link === 'closed' || spec.hostKey !== 'known') return 'not connected';
  const state = initialState(spec, startedAt);
  const facts = factsOf(state);
  const request = { verb: 'upgrade' } as const;
  if (spec.statusBlocked || refusal(request, facts, facts.privilege.kind !== 'none')) return 'refused';
  if (spec.upgrade === 'registry-unreachable') return 'pre-flight';
  const { task } = decideVerb(state, { ...request, tool: toolFor(request, facts).tool ?? '', args: [] });
  return unitScript(task).exitCode === 0 ? 'works' : 'fails';
}

describe('a fleet of fifty simulated hosts', () => {
  it('fails at three hosts when it is upgraded as a whole, each for a reason of its own', () => {
    const groups = upgradeAll(50);
    // The registry refuses, Zincati drives the updates, a bound image cannot be pulled.
    expect(groups.get('fails')).toEqual(['db-02.ber', 'fcos-build-01', 'web-0132.ber']);
    expect(groups.get('pre-flight')).toEqual(['web-lab-02']);
    expect(groups.get('works')?.length).toBeGreaterThan(35);
  });
});
