import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { initProcess, type HostPlace } from './host-place.ts';
import { writeKnownHosts } from './make-host.ts';
import type { Faults } from './model.ts';
import { createNetworkFaults, refuseSmall } from './network-faults.ts';
import { processesOf, signalAll, type HostProcess } from './processes.ts';

/** Takes the lock as libglnx does (an open file description lock), tells so, and holds it until stdin ends. */
const HOLD_LOCK = `
import fcntl, struct, sys
lock = open('/ostree/lock', 'a')
fcntl.fcntl(lock, 38, struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLKW
print('held', flush=True)
sys.stdin.read()
`;

/** The faults of a host. `replace` makes another host of the same place and boots it. */
export function createFaults(place: HostPlace, replace: () => Promise<void>): Faults {
  /** Words that run a program on the host, beside ssh: in its namespaces, as root. */
  function onHost(...words: readonly string[]): readonly string[] {
    const init = initProcess(place);
    if (init === null)
      throw new Error(`${place.name} is off: there is nothing that could go wrong on it. Switch it on first.`);
    return ['nsenter', `--target=${init}`, '--mount', '--pid', '--ipc', '--uts', '--net', '--', ...words];
  }
  const shell = async (text: string): Promise<void> => {
    await runCommand(onHost('/bin/sh', '-euc', text));
  };
  const matching = (pattern: RegExp) => processesOf(place).filter(({ command }) => pattern.test(command));

  return {
    ...createNetworkFaults(place, onHost),
    killSessions: async () => signalAll(sessionsOf(processesOf(place)), 'SIGKILL'),
    stopSshd: () => shell('systemctl stop ssh'),
    startSshd: () => shell('systemctl start ssh'),
    freeze: async (pattern) => signalAll(matching(pattern), 'SIGSTOP'),
    thaw: async (pattern) => signalAll(matching(pattern), 'SIGCONT'),
    async fillDisk() {
      const { bfree, bsize } = await statfs(place.sysroot);
      const more = Math.ceil((bfree * bsize) / 2 ** 30) + 1;
      await configure(`config set core.min-free-space-size ${more}GB`);
    },
    freeDisk: () => configure('config unset core.min-free-space-size'),
    async stepClock() {
      throw new Error(
        'The clock of a lab host is this machine’s: Linux has no namespace for it. Use a virtual machine.',
      );
    },
    async holdLock() {
      const [program = '', ...rest] = writable(`exec python3 -c "$1"`, HOLD_LOCK);
      const holder = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(holder, 'close');
      await Promise.race([
        once(holder.stdout, 'data'),
        ended.then(() => Promise.reject(new Error(`${place.name}: the lock cannot be taken.`))),
      ]);
      return async () => {
        holder.stdin.end();
        await ended;
      };
    },
    failFinalize: () => shell('rm -rf /etc/app.d && echo "a file now" > /etc/app.d'),
    async loseJournal() {
      refuseSmall(place, 'there is no journal');
      await shell('rm -rf /var/log/journal/* /run/log/journal/* && systemctl restart systemd-journald');
    },
    async changeHostKey() {
      const comment = randomBytes(4).toString('hex');
      // By systemctl, which waits until sshd listens again.
      await shell(
        `rm -f /etc/ssh/ssh_host_* && ssh-keygen -q -t ed25519 -N '' -C ${comment} -f /etc/ssh/ssh_host_ed25519_key
         systemctl restart ssh`,
      );
      await writeKnownHosts(place, join('/proc', String(initProcess(place)), 'root', 'etc'));
    },
    replaceHost: replace,
  };

  /** /sysroot is mounted read-only for all but ostree's own work, which gives itself a namespace where it is not. */
  function writable(text: string, ...values: readonly string[]): readonly string[] {
    return onHost('unshare', '--mount', '/bin/sh', '-euc', `mount -o remount,rw /sysroot; ${text}`, 'sh', ...values);
  }

  async function configure(words: string): Promise<void> {
    await runCommand(writable(`ostree --repo=/sysroot/ostree/repo ${words}`));
  }
}

/** sshd's processes for connections: sshd-session (OpenSSH 9.8 and newer) or sshd itself, all but the listener. */
function sessionsOf(processes: readonly HostProcess[]): readonly HostProcess[] {
  const isSshd = ({ name }: HostProcess) => name === 'sshd' || name.startsWith('sshd-');
  const init = processes.find(({ parent }) => !processes.some(({ pid }) => pid === parent));
  return processes.filter((each) => isSshd(each) && each.parent !== init?.pid);
}
