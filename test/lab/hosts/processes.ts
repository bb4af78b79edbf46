import { readdirSync } from 'node:fs';
import { initProcess, pidNamespace, readText, type HostPlace } from './host-place.ts';

/** A process of a host as this machine sees it. */
export interface HostProcess {
  /** Its number on this machine. */
  readonly pid: number;
  readonly parent: number;
  /** The kernel's name of it, at most 15 characters. */
  readonly name: string;
  /** Its arguments with spaces between. */
  readonly command: string;
}

/** Every process that runs on a host, PID 1 included; none when it is off. */
export function processesOf(place: HostPlace): readonly HostProcess[] {
  const init = initProcess(place);
  if (init === null) return [];
  const namespace = pidNamespace(String(init));
  return allProcesses().filter(({ pid }) => namespace !== null && pidNamespace(String(pid)) === namespace);
}

/** Every process of this machine that has arguments: neither the kernel's nor zombies. */
export function allProcesses(): readonly HostProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const command = (readText(`/proc/${name}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
      const stat = readText(`/proc/${name}/stat`);
      if (command === '' || stat === null) return [];
      // The name stands in parentheses and may have any character in it.
      const end = stat.lastIndexOf(')');
      const parent = Number(stat.slice(end + 2).split(' ')[1]);
      return [{ pid: Number(name), parent, name: stat.slice(stat.indexOf('(') + 1, end), command }];
    });
}

/** Sends a signal to each; those that have ended meanwhile do not count. How many got it. */
export function signalAll(processes: readonly HostProcess[], signal: NodeJS.Signals): number {
  return processes.filter(({ pid }) => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  }).length;
}
