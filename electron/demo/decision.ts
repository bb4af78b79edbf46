import type { DemoEtcWork } from './etc-acts.ts';
import type { HostState } from './host-state.ts';
import type { Change } from './transitions.ts';
import type { UnitTask } from './unit-script.ts';

/** What the unit of an operation is told: as `native/actions/start.sh` gets it. */
export interface DemoCall {
  readonly tool: string;
  readonly verb: string;
  readonly args: readonly string[];
  /** What was brought to the host before, for the verb `etc`. */
  readonly etc?: DemoEtcWork | undefined;
}

/** What a verb comes to on a simulated host: what its unit prints, and what of the host is other when it has ended. */
export interface Decision {
  readonly task: UnitTask;
  readonly effect: (state: HostState, change: Change) => HostState;
  /** The host was told to go down, and to come back. */
  readonly power: DemoPower | null;
}

/** `soft-reboot` comes back with the same root. `afterMs`: the delay that was asked for, at the pace of people. */
export interface DemoPower {
  readonly way: 'reboot' | 'soft-reboot' | 'soft-reboot-to-staged';
  readonly afterMs: number;
}

const noEffect = (state: HostState) => state;

/** The unit says something, and its end changes the host by `effect`. */
export function says(
  stdout: readonly string[],
  effect: Decision['effect'] = noEffect,
  { asks = false, power = null }: { readonly asks?: boolean; readonly power?: DemoPower | null } = {},
): Decision {
  return { task: { kind: 'said', stdout, stderr: [], exitCode: 0, asks }, effect, power };
}

/** The unit fails with these words on stderr and changes nothing. */
export function fails(stderr: string, { asks = false, code = 1 } = {}): Decision {
  const task = { kind: 'said', stdout: [], stderr: [stderr], exitCode: code, asks } as const;
  return { task, effect: noEffect, power: null };
}
