import { Readable, Writable } from 'node:stream';
import { cleanText } from '../../../shared/parse/text.ts';
import { createReader } from './agent.ts';
import { MESSAGE, message, type Field } from './openssh-packets.ts';
import { LINE_MODES, type ShellRequest } from './pty.ts';
import type { SshExit, SshShell } from './ssh-connection.ts';

/** What the host may send before we have read any of it; for both outputs together. */
const WINDOW = 2 * 1024 * 1024;
const MAX_DATA = 32 * 1024;
/** The one kind of data that has a number (RFC 4254, 5.2). */
const STDERR = 1;

/** One session of the connection protocol, over whatever carries its messages. */
export interface SessionChannel {
  /** `resize` does something only for one with a terminal. */
  readonly channel: SshShell;
  /** Takes a message for this channel, without its type and recipient. Throws RangeError for one that ends early. */
  handle(type: number, body: Buffer): void;
  /** The carrier has ended: so has everything else. */
  lost(): void;
}

export interface SessionChannelOptions {
  /** Its number on our side, and the one on the host's. */
  readonly local: number;
  readonly remote: number;
  readonly remoteWindow: number;
  readonly remoteMaxPacket: number;
  /** Sends a message; the callback when there is room for the next one. */
  send(bytes: Buffer, callback?: () => void): void;
  /** The answer to a request that wants one, in the order of asking. */
  onReply(isAccepted: boolean): void;
  /** The number is free again. */
  onClosed(): void;
}

/** How a session is asked for. */
export function openSession(local: number): Buffer {
  return message(MESSAGE.open, 'session', local, WINDOW, MAX_DATA);
}

/** What is asked of a session, one after the other has been granted: a command, or a terminal and what runs in it. */
export function requestsFor(remote: number, wanted: string | ShellRequest): readonly Buffer[] {
  const ask = (name: string, ...fields: readonly Field[]) =>
    message(MESSAGE.request, remote, name, { flag: true }, ...fields);
  if (typeof wanted === 'string') return [ask('exec', wanted)];
  const { term, columns, rows, command } = wanted;
  const pty = ask('pty-req', term, columns, rows, 0, 0, LINE_MODES);
  return [pty, command === undefined ? ask('shell') : ask('exec', command)];
}

/** How a connection to another machine is asked for, as the host reaches it. */
export function openForward(local: number, address: string, port: number): Buffer {
  return message(MESSAGE.open, 'direct-tcpip', local, WINDOW, MAX_DATA, address, port, '127.0.0.1', 0);
}

export function createSessionChannel(options: SessionChannelOptions): SessionChannel {
  const { remote, send } = options;
  let window = options.remoteWindow;
  let hasClosed = false;
  let isOver = false;
  let status: SshExit = { code: null, signal: null };
  let end: () => void = () => undefined;
  const exit = new Promise<SshExit>((resolve) => {
    end = () => resolve(status);
  });

  // What waits for the host to make room.
  let blocked: (() => void) | null = null;

  function sendData(chunk: Buffer, callback: () => void): void {
    if (isOver || hasClosed) {
      // As with a pipe that nobody reads: dropped without a word.
      return;
    }
    if (chunk.length === 0) {
      callback();
      return;
    }
    const size = Math.min(chunk.length, window, options.remoteMaxPacket, MAX_DATA);
    if (size === 0) {
      blocked = () => sendData(chunk, callback);
      return;
    }
    window -= size;
    send(message(MESSAGE.data, remote, chunk.subarray(0, size)), () => sendData(chunk.subarray(size), callback));
  }

  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, callback) => sendData(chunk, callback),
    final(callback) {
      if (!isOver && !hasClosed) send(message(MESSAGE.eof, remote));
      callback();
    },
  });
  stdin.on('error', () => undefined);

  // Bytes that were read since the host was last told.
  let credit = 0;
  function giveBack(bytes: number): void {
    credit += bytes;
    if (credit < WINDOW / 2 || isOver || hasClosed) return;
    send(message(MESSAGE.window, remote, credit));
    credit = 0;
  }
  const outputs = [createOutput(giveBack), createOutput(giveBack)] as const;
  const [stdout, stderr] = outputs;

  // Both outputs, each to its last byte, and the channel, whose end comes after the exit code.
  let open = outputs.length + 1;
  function closeOne(): void {
    open -= 1;
    if (open === 0) end();
  }
  for (const { stream } of outputs) {
    stream.once('close', closeOne);
    stream.on('error', () => undefined);
  }

  function finish(): void {
    if (isOver) return;
    isOver = true;
    for (const output of outputs) output.end();
    closeOne();
    options.onClosed();
  }

  function handleRequest(body: Buffer): void {
    const reader = createReader(body);
    const name = reader.bytes().toString('latin1');
    const wantsReply = reader.flag();
    if (name === 'exit-status') status = { code: reader.uint32(), signal: null };
    else if (name === 'exit-signal')
      status = { code: null, signal: `SIG${cleanText(reader.bytes().toString('latin1'), 32)}` };
    if (wantsReply) send(message(MESSAGE.failure, remote));
  }

  return {
    channel: {
      stdin,
      stdout: stdout.stream,
      stderr: stderr.stream,
      exit,
      close() {
        if (!hasClosed && !isOver) send(message(MESSAGE.close, remote));
        hasClosed = true;
        // What nobody will read any more must not keep the channel from ending.
        for (const { stream } of outputs) stream.resume();
        end();
      },
      resize({ columns, rows }) {
        if (hasClosed || isOver) return;
        send(message(MESSAGE.request, remote, 'window-change', { flag: false }, columns, rows, 0, 0));
      },
    },
    handle(type, body) {
      const reader = createReader(body);
      switch (type) {
        case MESSAGE.data:
          stdout.push(reader.bytes());
          break;
        case MESSAGE.extendedData:
          if (reader.uint32() === STDERR) stderr.push(reader.bytes());
          break;
        case MESSAGE.window: {
          window += reader.uint32();
          const go = blocked;
          blocked = null;
          go?.();
          break;
        }
        case MESSAGE.eof:
          for (const output of outputs) output.end();
          break;
        case MESSAGE.close:
          if (!hasClosed) send(message(MESSAGE.close, remote));
          hasClosed = true;
          finish();
          break;
        case MESSAGE.request:
          handleRequest(body);
          break;
        case MESSAGE.success:
        case MESSAGE.failure:
          options.onReply(type === MESSAGE.success);
          break;
      }
    },
    lost() {
      finish();
    },
  };
}

/** A stream that gives its bytes back to the window once somebody has read them. */
function createOutput(giveBack: (bytes: number) => void) {
  let unread = 0;
  let hasEnded = false;
  const stream = new Readable({
    read() {
      const bytes = unread;
      unread = 0;
      if (bytes > 0) giveBack(bytes);
    },
  });
  return {
    stream,
    push(chunk: Buffer) {
      if (hasEnded) return;
      if (stream.push(chunk)) giveBack(chunk.length);
      else unread += chunk.length;
    },
    end() {
      if (!hasEnded) stream.push(null);
      hasEnded = true;
    },
  };
}
