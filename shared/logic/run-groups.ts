import type { RunHost, RunState } from '../model/run.ts';

/** Hosts of a run with one and the same result. */
export interface RunGroup {
  /** The same for the same result, also while a run goes on. */
  readonly key: string;
  readonly state: RunState;
  readonly exitCode: number | null;
  /** Of the failure, where it is that; hosts that fail for different reasons are different groups. */
  readonly failure: RunHost['failure'];
  /** Of which the output can be shown for all. */
  readonly hosts: readonly RunHost[];
}

/**
 * Results grouped by how they ended and by their output, byte for byte: the largest group first, then the odd ones out; of groups that are as
 * large, the one that went wrong comes first, then by name. Hosts that are still waiting or running are in none.
 */
export function runGroups(hosts: readonly RunHost[]): readonly RunGroup[] {
  const groups = new Map<string, RunHost[]>();
  for (const host of hosts) {
    if (host.state === 'waiting' || host.state === 'running') continue;
    const key = keyOf(host);
    const members = groups.get(key);
    if (members) members.push(host);
    else groups.set(key, [host]);
  }
  return [...groups]
    .flatMap(([key, members]): RunGroup[] => {
      const [first] = members;
      if (!first) return [];
      const { state, exitCode, failure } = first;
      return [{ key, state, exitCode, failure, hosts: members }];
    })
    .sort((a, b) => b.hosts.length - a.hosts.length || rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b), 'en'));
}

/** Whether it did not do what was asked, or nobody knows. What was skipped was not asked. */
export function hasRunFailed({ state, exitCode }: Pick<RunHost, 'state' | 'exitCode'>): boolean {
  return state === 'failed' || state === 'timed-out' || state === 'stopped' || (state === 'ended' && exitCode !== 0);
}

/** How many hosts are where. */
export interface RunCounts {
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  readonly skipped: number;
}

export function runCounts(hosts: readonly Pick<RunHost, 'state' | 'exitCode'>[]): RunCounts {
  const counts = { done: 0, failed: 0, running: 0, waiting: 0, skipped: 0 };
  for (const host of hosts) {
    if (host.state === 'waiting' || host.state === 'running' || host.state === 'skipped') counts[host.state] += 1;
    else if (hasRunFailed(host)) counts.failed += 1;
    else counts.done += 1;
  }
  return counts;
}

function keyOf({ state, exitCode, hash, failure }: RunHost): string {
  return JSON.stringify([state, exitCode, hash, failure?.code ?? null]);
}

function rank(group: RunGroup): number {
  return hasRunFailed(group) ? 0 : 1;
}

function nameOf({ hosts }: RunGroup): string {
  return hosts[0]?.hostName ?? '';
}
