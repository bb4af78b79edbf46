import { readFileSync } from 'node:fs';

export const MB = 1e6;

/** What a process holds in memory now, in bytes (Linux). Throws when it has ended. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** A process's share of memory now, in bytes: pages that it shares with others count in parts (Linux). Null when it has ended. */
export function proportionalBytes(pid: number): number | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return null;
  }
}
