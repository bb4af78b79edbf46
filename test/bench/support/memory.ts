import { readFileSync } from 'node:fs';

export const MB = 1e6;

/** What a process holds in memory now, in bytes (Linux). Throws when it has ended. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}
