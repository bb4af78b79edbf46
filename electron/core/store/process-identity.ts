import { readFileSync } from 'node:fs';

/**
 * One process of this computer, so that it cannot be taken for another that got the same number later. `startedAt` is the boot id
 * and the start in clock ticks since that boot, '' where the system does not tell (not Linux).
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

let own: ProcessIdentity | null = null;

export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  return own;
}

/** True while that very process lives. Says nothing about processes of other computers that share the folder. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startedAt === '' || startOf(pid) === startedAt;
}

/** Null for a process that is not there or is a zombie, '' where the system has no /proc. */
function startOf(pid: number): string | null {
  let boot: string;
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
  try {
    // proc(5): the name, in brackets, may hold anything; state is the first field after it, starttime the twentieth.
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `${boot}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}
