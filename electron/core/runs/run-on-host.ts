import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BerthError } from '../../../shared/errors/failure.ts';
import { createFrameParser } from '../../../shared/parse/frames.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { openShell } from '../ssh/root-shell.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';
import type { KeptOutput } from './kept-output.ts';

const SCRIPT = 'actions/run';
const FRAME = 'run';
/** How long a command that was ended may take to tell so: longer than the host needs for its KILL. */
export const END_PATIENCE_MS = 5_000;
const MAX_STRAY = 4096;

/** A command for one host. */
export interface HostCommand {
  /** One or several lines for `sh -c`. */
  readonly command: string;
  /** Null: as the login user. */
  readonly root: RootAccess | null;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** There is more of one of them. */
  readonly onOutput: () => void;
  /** Ends the command, not the wait: the host is asked to, and then heard for a moment more. */
  readonly stop: AbortSignal;
  readonly endPatienceMs?: number | undefined;
}

/**
 * Runs a command on a host to its end and resolves with its exit code; null: it was stopped, and the host did not tell what became of it.
 * Output is taken as fast as it comes. Rejects with `ssh.*`, `privilege.*`, `facts.needs-root`, `run.lost` or `run.failed`.
 */
export async function runOnHost(
  connection: SshConnection,
  scripts: NativeScripts,
  { command, root, stdout, stderr, onOutput, stop, endPatienceMs = END_PATIENCE_MS }: HostCommand,
): Promise<number | null> {
  if (stop.aborted) return null;
  const nonce = randomBytes(16).toString('hex');
  const over = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const onStop: { call: () => void } = { call: () => over.abort() };
  const stopListener = () => onStop.call();
  stop.addEventListener('abort', stopListener, { once: true });
  try {
    const args = command.replaceAll('\r\n', '\n').split('\n');
    const { channel, stray } = await openShell(connection, root, SCRIPT, nonce, args, over.signal);
    if (stop.aborted) return null;
    const out = readFrame(channel.stdout, nonce, stdout, onOutput);
    const err = readFrame(channel.stderr, nonce, stderr, onOutput);
    const told = Promise.all([out.end, err.end]).then(async ([code]) => {
      if (code !== null || stop.aborted) return code;
      await channel.exit;
      if (out.begun()) throw new BerthError('run.lost');
      const detail = lastLine(`${stray}\n${out.stray()}\n${err.stray()}`) || 'it said nothing';
      throw new BerthError('run.failed', { detail });
    });
    const given = new Promise<null>((resolve) => {
      onStop.call = () => {
        channel.stdin.end();
        patience = setTimeout(() => resolve(null), endPatienceMs);
      };
    });
    // Stays open: its end is what ends the command.
    channel.stdin.write(scripts.text(SCRIPT));
    return await Promise.race([told, given]);
  } catch (error) {
    if (stop.aborted && over.signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(patience);
    stop.removeEventListener('abort', stopListener);
    over.abort();
  }
}

/** Hands the bytes of the frame on; `end` resolves with its exit code, with null when the stream ended before. */
function readFrame(stream: Readable, nonce: string, kept: KeptOutput, onOutput: () => void) {
  let begun = false;
  let stray = '';
  let resolveEnd: (code: number | null) => void = () => undefined;
  const end = new Promise<number | null>((resolve) => (resolveEnd = resolve));
  const parser = createFrameParser(nonce, {
    onBegin: (name) => void (begun ||= name === FRAME),
    onData: (name, bytes) => {
      if (name !== FRAME) return;
      kept.push(bytes);
      onOutput();
    },
    onEnd: (name, exitCode) => {
      if (name === FRAME) resolveEnd(exitCode);
    },
    onStray: (bytes) => void (stray = (stray + Buffer.from(bytes).toString('latin1')).slice(-MAX_STRAY)),
  });
  stream.on('data', (chunk: Buffer) => parser.push(chunk));
  const onOver = () => {
    parser.end();
    resolveEnd(null);
  };
  stream.once('end', onOver);
  stream.once('error', onOver);
  stream.once('close', onOver);
  stream.resume();
  return { end, begun: () => begun, stray: () => stray };
}
