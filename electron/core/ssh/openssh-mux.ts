import { connect } from 'node:net';
import { createReader } from './agent.ts';
import { createSessionChannel, openForward, openSession, requestsFor, type SessionChannel } from './openssh-channel.ts';
import { createPacketReader, encode, framed, MESSAGE } from './openssh-packets.ts';
import { PtyRefused, type ShellRequest } from './pty.ts';
import type { SshChannel, SshShell } from './ssh-connection.ts';

// PROTOCOL.mux of OpenSSH.
const HELLO = 0x00000001;
const VERSION = 4;
const TERMINATE = 0x10000005;
const PROXY = 0x1000000f;
const PROXY_OK = 0x8000000f;
const REQUEST_ID = 1;

/** A refusal of the host, beside which the connection goes on. `reason`: its number (RFC 4254, 5.1), 0 where it has none. */
export class ChannelRefused extends Error {
  readonly reason: number;

  constructor(text: string, reason = 0) {
    super(text);
    this.reason = reason;
  }
}

/** The connection of an `ssh -M`, as one that speaks SSH's connection protocol over its control socket ("proxy mode"). */
export interface MuxClient {
  /**
   * Opens a session and runs a command line in it; calls `onClosed` when it counts no longer. Rejects with ChannelRefused, or with
   * another error when the master is gone.
   */
  exec(command: string, onClosed: () => void): Promise<SshChannel>;
  /** The same with a terminal, and the login shell in it where no command is named. Rejects also with PtyRefused. */
  shell(request: ShellRequest, onClosed: () => void): Promise<SshShell>;
  /** Asks the host for a sign of life: opens a session and closes it again. Resolves also where it is refused, which is one too. */
  ping(): Promise<void>;
  /** Whether the host can pass connections on to a place: opens one and closes it. Rejects with ChannelRefused where it cannot. */
  reach(address: string, port: number): Promise<void>;
  /** Round trip to the host in milliseconds: how long it took to open the newest channel. */
  readonly latencyMs: number;
  onClose(listener: () => void): void;
  close(): void;
}

interface Opening {
  readonly since: number;
  /** A command, or a terminal; null: nothing, the channel is closed again. */
  readonly wanted: string | ShellRequest | null;
  readonly onClosed: () => void;
  readonly resolve: (channel: SshShell) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Connects to the control socket of a master and asks for proxy mode: no process is started for a command, and what the host says of
 * each channel (refusals, signals, windows) arrives as it was said. Rejects when nobody answers there as a master does.
 */
export function openMux(path: string): Promise<MuxClient> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.setMaxListeners(0);
    let isProxy = false;
    let latencyMs = 0;
    let nextId = 0;
    const opening = new Map<number, Opening>();
    const channels = new Map<number, SessionChannel>();
    const listeners: (() => void)[] = [];
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };

    /** Without a padding, which is not needed: nothing is encrypted here. */
    function send(bytes: Buffer, callback?: () => void): void {
      const hasRoom = socket.write(framed(Buffer.concat([Buffer.alloc(1), bytes])));
      if (!callback) return;
      if (hasRoom) callback();
      else socket.once('drain', callback);
    }

    function open(
      wanted: Opening['wanted'],
      onClosed: () => void,
      ask: (id: number) => Buffer = openSession,
    ): Promise<SshShell> {
      return new Promise((resolveChannel, rejectChannel) => {
        if (socket.destroyed) {
          rejectChannel(new Error('The master is gone'));
          return;
        }
        const id = nextId;
        nextId += 1;
        const ends = { resolve: resolveChannel, reject: rejectChannel };
        opening.set(id, { since: performance.now(), wanted, onClosed, ...ends });
        send(ask(id));
      });
    }

    function opened(local: number, body: Buffer): void {
      const request = opening.get(local);
      if (!request) return;
      latencyMs = performance.now() - request.since;
      let isHandedOut = false;
      const reader = createReader(body);
      const remote = reader.uint32();
      const { wanted } = request;
      const requests = wanted === null ? [] : [...requestsFor(remote, wanted)];
      let asked = 0;
      const session = createSessionChannel({
        ...{ local, remote, remoteWindow: reader.uint32(), remoteMaxPacket: reader.uint32(), send },
        onReply(isAccepted) {
          if (!opening.has(local)) return;
          const next = requests[asked];
          if (isAccepted && next) {
            asked += 1;
            send(next);
            return;
          }
          opening.delete(local);
          if (isAccepted) {
            isHandedOut = true;
            request.resolve(session.channel);
          } else {
            session.channel.close();
            request.reject(next ? new PtyRefused() : new ChannelRefused('The host runs no command'));
          }
        },
        onClosed() {
          channels.delete(local);
          if (opening.delete(local)) request.reject(new ChannelRefused('The host closed the channel'));
          else if (isHandedOut) request.onClosed();
        },
      });
      channels.set(local, session);
      const first = requests[0];
      if (first) {
        asked = 1;
        send(first);
        return;
      }
      opening.delete(local);
      session.channel.close();
      request.resolve(session.channel);
    }

    function refused(local: number, body: Buffer): void {
      const request = opening.get(local);
      opening.delete(local);
      const reader = createReader(body);
      const reason = reader.uint32();
      request?.reject(new ChannelRefused(reader.bytes().toString('latin1'), reason));
    }

    function onPacket(packet: Buffer): void {
      if (!isProxy) {
        const type = packet.readUInt32BE(0);
        if (type === HELLO) socket.write(framed(encode(PROXY, REQUEST_ID)));
        else if (type !== PROXY_OK) fail(new Error('The master knows no proxy mode'));
        else {
          isProxy = true;
          resolve(client);
        }
        return;
      }
      const type = packet.readUInt8(1);
      const local = packet.readUInt32BE(2);
      const body = packet.subarray(6);
      if (type === MESSAGE.opened) opened(local, body);
      else if (type === MESSAGE.refused) refused(local, body);
      else channels.get(local)?.handle(type, body);
    }

    const client: MuxClient = {
      get latencyMs() {
        return latencyMs;
      },
      exec: (command, onClosed) => open(command, onClosed),
      async shell(request, onClosed) {
        const shell = await open(request, onClosed);
        shell.stderr.resume();
        return shell;
      },
      async reach(address, port) {
        await open(
          null,
          () => undefined,
          (id) => openForward(id, address, port),
        );
      },
      async ping() {
        try {
          await open(null, () => undefined);
        } catch (error) {
          if (!(error instanceof ChannelRefused)) throw error;
        }
      },
      onClose: (listener) => listeners.push(listener),
      close: () => socket.destroy(),
    };

    const read = createPacketReader(onPacket);
    socket.on('connect', () => socket.write(framed(encode(HELLO, VERSION))));
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('The master closed its socket'));
      for (const { reject: rejectChannel } of opening.values()) rejectChannel(new Error('The master is gone'));
      opening.clear();
      for (const session of [...channels.values()]) session.lost();
      for (const listener of listeners) listener();
    });
  });
}

/** Asks the master at a socket to end, if there is one. Resolves when it has closed the socket, or nobody was there. */
export function endMaster(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('connect', () => {
      socket.write(framed(encode(HELLO, VERSION)));
      socket.write(framed(encode(TERMINATE, REQUEST_ID)));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}
