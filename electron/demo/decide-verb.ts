import { decideImageVerb } from './decide-image-verb.ts';
import { decideLocalVerb } from './decide-local-verb.ts';
import { fails, type Decision, type DemoCall } from './decision.ts';
import type { HostState } from './host-state.ts';

/** What a unit that starts now comes to on this host. */
export function decideVerb(state: HostState, call: DemoCall): Decision {
  if (!state.booted && call.tool !== 'systemd') return fails('error: System not booted via bootc');
  return (
    decideImageVerb(state, call) ?? decideLocalVerb(state, call) ?? fails(`${call.verb}: not a verb`, { code: 64 })
  );
}

/** Whether a tool is on the host. */
export function hasTool({ spec: { kind, backend } }: HostState, tool: string): boolean {
  switch (tool) {
    case 'bootc':
      return kind === 'bootc';
    case 'rpm-ostree':
      return kind === 'rpm-ostree' || (kind === 'bootc' && backend === 'ostree');
    case 'ostree':
      return kind !== 'packages';
    default:
      return tool === 'systemd';
  }
}
