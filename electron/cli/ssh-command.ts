import { once } from 'node:events';
import { constants } from 'node:os';
import { BerthError } from '../../shared/errors/failure.ts';
import type { Core } from '../core/create-core.ts';
import type { SshExit, SshShell } from '../core/ssh/ssh-connection.ts';
import type { Console } from './console.ts';
import { createEscapeKeys } from './escape-keys.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import type { RawTerminal } from './raw-terminal.ts';

/** A connection that was lost, as ssh tells it. */
const LOST = 255;

/**
 * `berth ssh HOST`: the login shell of a host at this terminal. Resolves with the exit code of the shell, 128 and the number of the signal that
 * ended it, or 255 when the connection was lost. Rejects with BerthError.
 */
export async function sshCommand(
  core: Core,
  terminal: Console,
  tty: RawTerminal | null,
  word: string,
): Promise<number> {
  if (!tty) throw new BerthError('input.no-terminal');
  // A shell can do anything.
  if (core.settings.read().readOnlyMode) throw new BerthError('guard.read-only');
  const host = findHost(core, word);
  terminal.progress(`Connecting to ${host.name}`);
  const connection = await core.hosts.connect(host.id, 'user').finally(() => terminal.progress(null));
  const shell = await connection.shell({ ...tty.size(), term: tty.term });
  const { exit, hasLeft } = await handOver(tty, shell);
  if (hasLeft) {
    terminal.err(`\nLeft the shell on ${host.name}.\n`);
    return exitCode.done;
  }
  if (exit.code === null && exit.signal === null) {
    terminal.err(`\nThe connection to ${host.name} was lost.\n`);
    return LOST;
  }
  return codeOf(exit);
}

/** Until the shell has ended and all that it printed is out, or `~.` was typed. The terminal is as before then. */
async function handOver(
  tty: RawTerminal,
  shell: SshShell,
): Promise<{ readonly exit: SshExit; readonly hasLeft: boolean }> {
  const escape = createEscapeKeys();
  let hasLeft = false;
  const onInput = (typed: Buffer) => {
    const { bytes, hasLeft: leaves } = escape(typed);
    if (bytes.length > 0 && !shell.stdin.write(bytes)) {
      tty.input.pause();
      shell.stdin.once('drain', () => tty.input.resume());
    }
    if (!leaves) return;
    hasLeft = true;
    shell.close();
  };
  const stopResizing = tty.onResize(() => shell.resize(tty.size()));
  const printed = once(shell.stdout, 'close');
  tty.setRaw(true);
  tty.input.on('data', onInput);
  tty.input.resume();
  shell.stdout.pipe(tty.output, { end: false });
  try {
    const exit = await shell.exit;
    if (!hasLeft) await printed;
    return { exit, hasLeft };
  } finally {
    shell.stdout.unpipe(tty.output);
    tty.input.off('data', onInput);
    tty.input.pause();
    tty.setRaw(false);
    stopResizing();
  }
}

function codeOf({ code, signal }: SshExit): number {
  if (code !== null) return code;
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return 128 + (number ?? 0);
}
