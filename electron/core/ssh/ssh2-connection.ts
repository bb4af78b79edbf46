import { Writable, type Duplex, type Readable } from 'node:stream';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import { createEmitter } from '../emitter.ts';
import { forwardFailure } from './places.ts';
import { LINE_MODES, PtyRefused, type ShellRequest } from './pty.ts';
import { createSessionLimit } from './session-limit.ts';
import type { SshChannel, SshConnection, SshExit, SshPlace, SshShell } from './ssh-connection.ts';

/** How often the host is asked for a sign of life. */
const KEEPALIVE_MS = 10_000;
/** A host that sent nothing at all during so many of these times is gone: found out 20 to 30 s after its last byte. */
const SILENT_KEEPALIVES = 2;

/** A channel of ssh2, as far as it is used. */
interface Ssh2Channel extends Duplex {
  readonly stderr: Readable;
  setWindow(rows: number, columns: number, height: number, width: number): void;
  close(): void;
}

type Ssh2Opened = (error: Error | undefined, channel: Ssh2Channel) => void;

interface Ssh2Pty {
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  readonly height: number;
  readonly term: string;
  /** Bytes as they are sent: what its types list is not all that there is. */
  readonly modes: object;
}

/** A client of ssh2 that is logged in, as far as it is used. */
interface Ssh2Client {
  exec(command: string, callback: Ssh2Opened): unknown;
  exec(command: string, options: { readonly pty: Ssh2Pty }, callback: Ssh2Opened): unknown;
  shell(pty: Ssh2Pty, callback: Ssh2Opened): unknown;
  forwardOut(
    fromAddress: string,
    fromPort: number,
    address: string,
    port: number,
    callback: (error: Error | undefined, stream: Duplex) => void,
  ): unknown;
  unforwardIn(address: string, port: number, callback: () => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  end(): unknown;
}

/** A connection that others may go through. */
export interface Ssh2Connection extends SshConnection {
  /**
   * A stream to another machine, as the host reaches it (direct-tcpip; sshd does not count it for MaxSessions). Rejects with
   * `ssh.forward-refused`, `ssh.forward-failed` or `ssh.closed`.
   */
  forward(address: string, port: number): Promise<Duplex>;
}

/** Wraps a client of ssh2 that has just logged in over `line`. It owns both from now on. */
export function createSsh2Connection(
  client: Ssh2Client,
  line: Duplex,
  target: SshPlace,
  path: ConnectionPath,
  keepaliveMs: number = KEEPALIVE_MS,
): Ssh2Connection {
  const limit = createSessionLimit();
  const ended = createEmitter<void>();
  let isClosed = false;
  let latencyMs = 0;
  let received = 0;

  const lost = (cause?: unknown) => new BerthError('ssh.closed', { address: target.address }, cause);

  /**
   * A round trip by a request that every server answers and that changes nothing: to end a forwarding that there is not.
   * (ssh2's own keepalive tells nobody how long it took, and takes a line that is busy with other data for a dead one.)
   */
  function measureLatency(onAnswer?: () => void): void {
    const sentAt = performance.now();
    try {
      client.unforwardIn('', 0, () => {
        onAnswer?.();
        if (!isClosed) latencyMs = performance.now() - sentAt;
      });
    } catch {
      // Not connected any more: the close event is on its way.
    }
  }

  line.on('data', (chunk: Buffer) => (received += chunk.length));
  let seenBytes = received;
  let silent = 0;
  const keepalive = setInterval(() => {
    silent = received === seenBytes ? silent + 1 : 0;
    seenBytes = received;
    if (silent >= SILENT_KEEPALIVES) line.destroy();
    else measureLatency();
  }, keepaliveMs);
  measureLatency();

  let proof: NodeJS.Timeout | undefined;
  client.on('close', () => {
    if (isClosed) return;
    isClosed = true;
    clearInterval(keepalive);
    clearTimeout(proof);
    ended.emit();
  });

  return {
    target,
    path,
    get latencyMs() {
      return latencyMs;
    },
    get closed() {
      return isClosed;
    },
    async exec(command) {
      for (;;) {
        await limit.acquire();
        if (isClosed) {
          limit.release();
          throw lost();
        }
        try {
          return await openChannel(client, command, limit.release);
        } catch (error) {
          // A refusal has a reason; with other channels open it means that the host takes fewer than we thought.
          const isRefusal = error instanceof Error && 'reason' in error;
          const isWorthWaiting = isRefusal ? await limit.lower() : (limit.release(), false);
          if (isClosed || !line.writable || isEnd(error)) throw lost(error);
          if (!isWorthWaiting) throw new BerthError('ssh.channel-refused', { address: target.address }, error);
        }
      }
    },
    async shell(request) {
      if (isClosed) throw lost();
      try {
        return await openShell(client, request, () => new Promise((resolve) => measureLatency(resolve)), limit.freed);
      } catch (error) {
        if (isClosed || !line.writable || isEnd(error)) throw lost(error);
        if (error instanceof PtyRefused) throw new BerthError('terminal.no-pty', { address: target.address }, error);
        throw new BerthError('ssh.channel-refused', { address: target.address }, error);
      }
    },
    prove(timeoutMs) {
      clearTimeout(proof);
      const end = setTimeout(() => line.destroy(), timeoutMs);
      proof = end;
      // Its own answer: what arrives meanwhile may be older than the sleep.
      measureLatency(() => clearTimeout(end));
    },
    forward(address, port) {
      return new Promise((resolve, reject) => {
        if (isClosed) {
          reject(lost());
          return;
        }
        client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
          if (!error) resolve(stream);
          else if (!('reason' in error)) reject(lost(error));
          else reject(forwardFailure(target, address, port, Number(error.reason), error.message));
        });
      });
    },
    onClose(listener) {
      const unsubscribe = ended.subscribe(() => {
        unsubscribe();
        listener();
      });
      return unsubscribe;
    },
    close() {
      client.end();
      // Without waiting for the other side to close as well, which a dead one never does.
      if (line.writableLength === 0) line.destroy();
      else line.end(() => line.destroy());
    },
  };
}

/** What ssh2 says of a request on a connection that has just ended, or ends before the answer. */
function isEnd(error: unknown): boolean {
  return error instanceof Error && /^(Not connected|No response from server)/.test(error.message);
}

function openChannel(client: Ssh2Client, command: string, onClosed: () => void): Promise<SshChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else resolve(wrapChannel(channel, onClosed));
    });
  });
}

/** ssh2 gives back one that comes behind the terminal that it asked for; what it says where that is refused names it. */
function openShell(
  client: Ssh2Client,
  request: ShellRequest,
  roundTrip: () => Promise<void>,
  onClosed: () => void,
): Promise<SshShell> {
  const { term, columns, rows, command } = request;
  const pty = { rows, cols: columns, width: 0, height: 0, term, modes: LINE_MODES };
  return new Promise((resolve, reject) => {
    const opened: Ssh2Opened = (error, channel) => {
      if (error) {
        reject(error.message.includes('pseudo-terminal') ? new PtyRefused(error) : error);
        return;
      }
      channel.stderr.resume();
      resolve({
        ...wrapChannel(channel, onClosed),
        stdin: pacedInput(channel, roundTrip),
        resize: (size) => {
          if (channel.writable) channel.setWindow(size.rows, size.columns, 0, 0);
        },
      });
    };
    if (command === undefined) client.shell(pty, opened);
    else client.exec(command, { pty }, opened);
  });
}

/** What may be on its way to a terminal of the host at a time, in bytes. */
const MOST_TYPED = 24 * 1024;

/**
 * While a terminal echoes nothing, sshd answers what it writes there with as many bytes of noise in one packet, against those who watch the
 * line (“simulate echo” in its channels.c). ssh2 ends a connection with a packet of more than 35,000 bytes: so less than that is sent at
 * once, and the host's answer to something else is waited for in between, before which it has written it. What a program does not read for
 * so long that the host's terminal is full (640 KB with Linux) is written at once all the same; OpenSSH's client has that limit too, at 256 KiB.
 */
function pacedInput(channel: Ssh2Channel, roundTrip: () => Promise<void>): Writable {
  let unconfirmed = 0;

  async function send(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += MOST_TYPED) {
      const piece = bytes.subarray(at, at + MOST_TYPED);
      if (unconfirmed + piece.length > MOST_TYPED) {
        await roundTrip();
        unconfirmed = 0;
      }
      unconfirmed += piece.length;
      await new Promise<void>((resolve) => channel.write(piece, () => resolve()));
    }
  }
  const input = new Writable({
    write: (bytes: Buffer, _encoding, callback) => void send(bytes).then(() => callback()),
    final(callback) {
      channel.end();
      callback();
    },
  });
  input.on('error', () => undefined);
  return input;
}

/**
 * Both streams of a channel share one window, and ssh2 opens it again when either takes or gives a chunk, however much waits in the other: a
 * host that now and then says a word on stderr could have any amount of stdout kept here. So the window stays shut until both have room.
 */
function shareWindow(channel: Ssh2Channel): void {
  const hasRoom = (stream: Readable) => stream.readableLength < stream.readableHighWaterMark;
  for (const [stream, other] of [
    [channel, channel.stderr],
    [channel.stderr, channel],
  ] as const) {
    const [push, openWindow] = [stream.push.bind(stream), stream._read.bind(stream)];
    stream.push = (chunk, encoding) => push(chunk, encoding) && hasRoom(other);
    stream._read = (size) => {
      if (hasRoom(other)) openWindow(size);
    };
  }
}

function wrapChannel(channel: Ssh2Channel, onClosed: () => void): SshChannel {
  shareWindow(channel);
  let status: SshExit = { code: null, signal: null };
  let end: () => void = () => undefined;
  const exit = new Promise<SshExit>((resolve) => {
    end = () => resolve(status);
  });

  let open = 2;
  const closeOne = () => {
    open -= 1;
    if (open > 0) return;
    onClosed();
    end();
  };
  // Both come after the last byte has been read.
  channel.once('close', closeOne);
  channel.stderr.once('close', closeOne);
  channel.on('exit', (code: number | null, signal?: string) => {
    status = { code, signal: signal ?? null };
  });
  // Writing to a channel that has ended is no reason to end the process; `exit` tells.
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);

  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exit,
    close() {
      channel.close();
      // What nobody will read any more must not keep the channel from ending. sshd itself ends it only with the process:
      // until then it counts for MaxSessions, and so it does for us, but nobody waits for it.
      channel.resume();
      channel.stderr.resume();
      end();
    },
  };
}
