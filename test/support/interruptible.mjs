import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setInterval } from 'node:timers';

/** What a person or a system does to end a run. */
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** How long a program may take to end by itself, once it was asked to. */
const PATIENCE_MS = 30_000;

/** How often is looked whether npm is still there. */
const LOOK_MS = 500;

/**
 * Runs programs such that this process hears what interrupts it and outlives them: it has something to put in order.
 * Each is a process group of its own, so that Ctrl-C reaches it through here alone; a signal is passed on to all of the group,
 * and the second one, or patience, ends it by force.
 * @param {string} cwd
 */
export function createInterruptibleRuns(cwd) {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const current = new Set();
  /** @type {NodeJS.Signals | null} */
  let signal = null;
  const parent = process.ppid;

  /** @param {NodeJS.Signals} name */
  function interrupt(name) {
    const how = signal === null ? name : 'SIGKILL';
    for (const child of current) signalGroup(child, how);
    signal ??= name;
    setTimeout(() => current.forEach((child) => signalGroup(child, 'SIGKILL')), PATIENCE_MS).unref();
  }

  /** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} name */
  function signalGroup(child, name) {
    if (!child.pid) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // It has just ended.
    }
  }

  for (const name of SIGNALS) process.on(name, interrupt);
  // npm gives a signal to the shell that it starts scripts with, and that one ends without passing it on.
  const byNpm = process.env['npm_lifecycle_event'] !== undefined;
  const look = setInterval(() => byNpm && process.ppid !== parent && signal === null && interrupt('SIGTERM'), LOOK_MS);
  look.unref();

  return {
    /** Exit code that tells of an interruption; null: there was none. */
    get interruptedAs() {
      return signal === null ? null : 128 + constants.signals[signal];
    },

    /**
     * Runs a program to its end; whether it ended well. Nothing is started after an interruption.
     * @param {string} program
     * @param {readonly string[]} words
     * @param {Record<string, string>} [env] beside this process's
     * @param {(said: string) => void} [onSaid] gets all that it says when it has ended; without it, it speaks for itself
     * @returns {Promise<boolean>}
     */
    async run(program, words, env = {}, onSaid) {
      if (signal !== null) return false;
      const child = spawn(program, words, {
        cwd,
        detached: true,
        stdio: onSaid ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...env },
      });
      current.add(child);
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
      try {
        return await new Promise((resolve) => {
          child.once('error', () => resolve(false));
          child.once('close', (code) => resolve(code === 0));
        });
      } finally {
        // What it has left behind in its group has nothing to do any more.
        if (signal !== null) signalGroup(child, 'SIGKILL');
        current.delete(child);
        onSaid?.(said);
      }
    },
  };
}
