import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { createFrameCollector, joinStreams, type FrameCallbacks } from './frame-collector.ts';
import type { NativeScripts } from './native-scripts.ts';
import type { RootAccess } from './root-access.ts';
import { openShell } from './root-shell.ts';
import type { SshConnection, SshExit } from './ssh-connection.ts';

/** A script of `native/` to be run on a host. */
export interface ScriptRequest extends FrameCallbacks {
  /** Its name below `native/`, such as `probes/facts`. */
  readonly script: string;
  /** Its arguments: one line each. */
  readonly args: readonly string[];
  /** Bytes that the script reads from its stdin: sent when its frame `input` begins, as no shell reads its script further than to there. */
  readonly input?: Uint8Array | undefined;
  /** How it becomes root; null: it runs as the login user. */
  readonly root: RootAccess | null;
  /** From the request to the last byte; null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** For scripts that speak now and then as long as they run: longer without a byte means that nothing more will come. */
  readonly silenceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a script answered. That it failed is for the caller to judge, from the frames and `exit`. */
export interface ScriptResult {
  readonly frames: readonly ParsedFrame[];
  readonly exit: SshExit;
  /** What was printed outside of all frames, to both streams; for the log. */
  readonly stray: string;
}

/**
 * Runs a script on a host: its text goes over stdin to `sh`, its arguments over the command line, and its answer comes
 * back in frames that a nonce keeps apart from everything else on the streams.
 * Rejects with `ssh.closed`, `ssh.channel-refused`, `ssh.cancelled` (the signal aborted), `facts.no-answer` (timeout, silence),
 * `privilege.*`, `facts.needs-root`, or what a callback threw. The remote shell is hung up in all these cases.
 */
export async function runScript(
  connection: SshConnection,
  scripts: NativeScripts,
  request: ScriptRequest,
): Promise<ScriptResult> {
  const { address } = connection.target;
  const { script, args, root, timeoutMs, silenceMs, signal, input } = request;
  const text = scripts.text(script);
  const nonce = randomBytes(16).toString('hex');
  // Aborted when this call is over, for whatever reason: that closes the channel.
  const over = new AbortController();

  let silence: NodeJS.Timeout | null = null;
  const interrupted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(new BerthError('ssh.cancelled', { address }));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { signal: over.signal });
    const giveUpAfter = (ms: number) => {
      const seconds = Math.round(ms / 1000);
      const timer = setTimeout(() => reject(new BerthError('facts.no-answer', { seconds })), ms);
      over.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      return timer;
    };
    if (timeoutMs !== null) giveUpAfter(timeoutMs);
    if (silenceMs !== undefined) silence = giveUpAfter(silenceMs);
  });

  async function run(): Promise<ScriptResult> {
    const { channel, stray } = await openShell(connection, root, script, nonce, args, over.signal);
    const onFrameBegin: FrameCallbacks['onFrameBegin'] = (name, words) => {
      if (input && name === 'input') channel.stdin.end(input);
      return request.onFrameBegin?.(name, words);
    };
    const { onFrameData, onFrameEnd } = request;
    const stdout = createFrameCollector(nonce, { onFrameBegin, onFrameData, onFrameEnd });
    const stderr = createFrameCollector(nonce, {});
    if (input) channel.stdin.write(text);
    else channel.stdin.end(text);
    const hear = (chunk: Buffer) => {
      silence?.refresh();
      return stdout.push(chunk);
    };
    await Promise.all([readAll(channel.stdout, hear), readAll(channel.stderr, stderr.push)]);
    await Promise.all([stdout.end(), stderr.end()]);
    const exit = await channel.exit;
    if (exit.code === null && exit.signal === null) throw new BerthError('ssh.closed', { address });
    return {
      frames: joinStreams(stdout.frames(), stderr.frames()),
      exit,
      stray: [stray, stdout.stray(), stderr.stray()].filter(Boolean).join('\n'),
    };
  }

  try {
    if (signal?.aborted) return await interrupted;
    return await Promise.race([interrupted, run()]);
  } finally {
    over.abort();
  }
}

/** Reads a stream to its end, and until `onChunk` is done with all of it; while that is busy, nothing more is read. */
function readAll(stream: Readable, onChunk: (chunk: Buffer) => Promise<void> | null): Promise<void> {
  return new Promise((resolve, reject) => {
    // A paused stream may still tell its end, when the chunk in hand was the last one.
    let working: Promise<void> = Promise.resolve();
    stream.on('data', (chunk: Buffer) => {
      let busy: Promise<void> | null;
      try {
        busy = onChunk(chunk);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      if (!busy) return;
      stream.pause();
      working = busy;
      busy.then(() => stream.resume(), reject);
    });
    stream.on('end', () => void working.then(resolve, reject));
    stream.on('error', reject);
    stream.resume();
  });
}
