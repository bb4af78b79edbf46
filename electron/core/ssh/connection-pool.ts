import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import { createEmitter } from '../emitter.ts';
import type { Log } from '../log/log.ts';
import { createHandshakeQueue, type HandshakeTicket } from './handshake-queue.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { SshConnection, SshTarget, SshTransport } from './ssh-connection.ts';

/**
 * `user`: a person waits for this host; goes first, tries again what had failed, and may ask. `retry`: a person asked for many at
 * once; tries again what had failed, asks nothing. `background`: Berth wants it; leaves alone what had failed, asks nothing.
 */
export type ConnectReason = 'user' | 'retry' | 'background';

export interface ConnectionPoolOptions {
  readonly transport: SshTransport;
  readonly log: Log;
  readonly now?: (() => number) | undefined;
  /** 0 to 1, for the jitter of the retries. */
  readonly random?: (() => number) | undefined;
}

/**
 * One connection a host. A host that was connected once is kept connected until `disconnect` or `forget`: a lost connection
 * and a failure that may pass (`retryable`) are tried again with growing delays; authentication, host keys and whatever else
 * a person must look at never are.
 */
export interface ConnectionPool {
  state(hostId: string): ConnectionState;
  /** Calls back with the id of a host whose state has changed. */
  onState(listener: (hostId: string) => void): () => void;
  /**
   * Resolves with the open connection, or with a new one. Rejects with BerthError: what went wrong now; for `background`
   * also, at once, what went wrong before, while that is waiting for its next try or for a person. A target that differs
   * from the one connected to (address, port, user, key, transport) replaces it.
   */
  connect(target: SshTarget, reason: ConnectReason): Promise<SshConnection>;
  /** Connects to a host because it is on a screen: as `connect` in the background, but nobody waits for it. */
  want(target: SshTarget): void;
  /** The host has left the screen: an attempt that only `want` began, and that still stands in line, is given up. */
  unwant(hostId: string): void;
  /**
   * The computer has slept, or is in another network: every open connection must prove that it lives, and what waits for its next
   * try gets it soon, one after another.
   */
  wake(): void;
  current(hostId: string): SshConnection | null;
  /**
   * One more connection to a host that is connected, for what would crowd the first one. Whoever asked closes it; it is not made again when it
   * is lost, and ends with `disconnect` and `forget`. Rejects as `connect`, and with `ssh.closed` where the host is not connected.
   */
  another(hostId: string, reason: ConnectReason): Promise<SshConnection>;
  /** Ends the connection, or the attempt (which rejects with `ssh.cancelled`), and does not try again. */
  disconnect(hostId: string): void;
  /** As `disconnect`, for a host that is no more. */
  forget(hostId: string): void;
  dispose(): void;
}

interface Attempt {
  /** A person waits for it, and may be asked. Becomes true when somebody comes to wait for one that began by itself. */
  isWanted: boolean;
  /** It began because its host was on a screen, and nobody has come to wait for it since. */
  isForScreen: boolean;
  readonly controller: AbortController;
  readonly ticket: HandshakeTicket;
  readonly promise: Promise<SshConnection>;
}

interface Entry {
  target: SshTarget;
  state: ConnectionState;
  attempt: Attempt | null;
  connection: SshConnection | null;
  /** Ends an extra connection, or the attempt at one. */
  readonly extras: Set<() => void>;
  retry: NodeJS.Timeout | null;
  /** Failures since the last connection that held. */
  failures: number;
}

/**
 * How many of the handshakes at a time may be retries: a host that is down holds its place until it times out, and hosts that are on
 * a screen, or that a person waits for, do not stand behind it.
 */
const MAX_RETRIES = 4;
/** After sleep an open connection has this long to answer: a network that is back takes a moment. */
const PROOF_MS = 10_000;
/** After sleep the retries are spread by so much a host, and no further than this in all: no herd, and no long wait. */
const WAKE_SPREAD_MS = 50;
const LONGEST_WAKE_MS = 30_000;

/** A connection that held this long was a good one: the next loss is retried soon again. */
const STABLE_MS = 30_000;

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { transport, log } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const entries = new Map<string, Entry>();
  const changed = createEmitter<string>();
  const queue = createHandshakeQueue();
  const retries = createHandshakeQueue(MAX_RETRIES);
  let isDisposed = false;

  function setState(entry: Entry, state: ConnectionState): void {
    entry.state = state;
    if (entries.get(entry.target.hostId) === entry) changed.emit(entry.target.hostId);
  }

  function stopRetry(entry: Entry): void {
    if (entry.retry) clearTimeout(entry.retry);
    entry.retry = null;
  }

  /** Ends whatever the entry is doing. Its promise rejects with `ssh.cancelled`. */
  function end(entry: Entry): void {
    stopRetry(entry);
    const { attempt, connection } = entry;
    entry.attempt = null;
    entry.connection = null;
    attempt?.controller.abort();
    connection?.close();
    for (const endExtra of [...entry.extras]) endExtra();
  }

  /**
   * A place in the line of all handshakes; for a retry, after one in the narrower line of the retries, unless somebody comes to wait
   * for it.
   */
  function enterLine(isUrgent: boolean, isRetry: boolean): HandshakeTicket {
    if (!isRetry) return queue.enter(isUrgent);
    const first = retries.enter(false);
    const hurry = new AbortController();
    let second: HandshakeTicket | null = null;
    return {
      async admitted(signal) {
        await first.admitted(AbortSignal.any([signal, hurry.signal]));
        if (signal.aborted) return;
        second = queue.enter(hurry.signal.aborted);
        await second.admitted(signal);
      },
      promote() {
        hurry.abort();
        second?.promote();
      },
      leave() {
        first.leave();
        second?.leave();
      },
    };
  }

  function start(entry: Entry, reason: ConnectReason, isRetry = false): Promise<SshConnection> {
    stopRetry(entry);
    const controller = new AbortController();
    const ticket = enterLine(reason === 'user', isRetry);
    const { target } = entry;
    const isCurrent = () => entry.attempt?.controller === controller;

    async function run(): Promise<SshConnection> {
      const cancelled = new BerthError('ssh.cancelled', { address: target.address });
      try {
        await ticket.admitted(controller.signal);
        if (controller.signal.aborted) throw cancelled;
        setState(entry, { kind: 'connecting' });
        const connection = await transport.connect(target, controller.signal, {
          mayAsk: () => isCurrent() && entry.attempt?.isWanted === true,
          onAsking(isAsking) {
            // Who thinks about a question holds up nobody else. The few packets after the answer go without a place in line.
            if (isAsking) ticket.leave();
            if (isCurrent()) setState(entry, { kind: isAsking ? 'asking' : 'connecting' });
          },
        });
        if (controller.signal.aborted) {
          connection.close();
          throw cancelled;
        }
        entry.attempt = null;
        onOpen(entry, connection);
        return connection;
      } catch (error) {
        const reason = toFailure(error, target);
        if (isCurrent()) {
          entry.attempt = null;
          onFailure(entry, reason);
        }
        throw error instanceof BerthError ? error : BerthError.of(reason, error);
      } finally {
        ticket.leave();
      }
    }

    const promise = Promise.resolve().then(run);
    entry.attempt = { isWanted: reason === 'user', isForScreen: false, controller, ticket, promise };
    setState(entry, { kind: 'queued' });
    return promise;
  }

  async function openExtra(entry: Entry, reason: ConnectReason): Promise<SshConnection> {
    const controller = new AbortController();
    const ticket = queue.enter(reason === 'user');
    const { target, extras } = entry;
    const abort = () => controller.abort();
    extras.add(abort);
    try {
      await ticket.admitted(controller.signal);
      const onAsking = (isAsking: boolean) => {
        if (isAsking) ticket.leave();
      };
      if (controller.signal.aborted) throw new BerthError('ssh.cancelled', { address: target.address });
      const mayAsk = () => reason === 'user';
      const connection = await transport.connect(target, controller.signal, { mayAsk, onAsking });
      if (controller.signal.aborted) {
        connection.close();
        throw new BerthError('ssh.cancelled', { address: target.address });
      }
      const close = () => connection.close();
      extras.add(close);
      connection.onClose(() => extras.delete(close));
      return connection;
    } catch (error) {
      throw error instanceof BerthError ? error : BerthError.of(toFailure(error, target), error);
    } finally {
      extras.delete(abort);
      ticket.leave();
    }
  }

  function onOpen(entry: Entry, connection: SshConnection): void {
    const since = now();
    entry.connection = connection;
    connection.onClose(() => {
      if (entry.connection !== connection) return;
      entry.connection = null;
      if (now() - since >= STABLE_MS) entry.failures = 0;
      onFailure(entry, failure('ssh.closed', { address: entry.target.address }));
    });
    setState(entry, { kind: 'connected', since, latencyMs: connection.latencyMs, path: connection.path });
  }

  function onFailure(entry: Entry, reason: Failure): void {
    const failedAt = now();
    if (!describe(reason).retryable) {
      setState(entry, { kind: 'failed', failure: reason, failedAt });
      return;
    }
    const delay = retryDelayMs(entry.failures, random());
    entry.failures += 1;
    retryIn(entry, delay);
    setState(entry, { kind: 'waiting', failure: reason, failedAt, retryAt: failedAt + delay });
  }

  /** A host that is down costs this one timer. */
  function retryIn(entry: Entry, delayMs: number): void {
    stopRetry(entry);
    entry.retry = setTimeout(() => {
      entry.retry = null;
      start(entry, 'background', true).catch(() => undefined);
    }, delayMs);
  }

  /** The entry for a target, without what led to another place. */
  function entryFor(target: SshTarget): Entry {
    let entry = entries.get(target.hostId);
    if (entry && !isSamePlace(entry.target, target)) {
      end(entry);
      entries.delete(target.hostId);
      entry = undefined;
    }
    if (!entry) {
      const nothingYet = { attempt: null, connection: null, retry: null, failures: 0 };
      entry = { target, state: { kind: 'idle' }, extras: new Set(), ...nothingYet };
      entries.set(target.hostId, entry);
    }
    entry.target = target;
    return entry;
  }

  function toFailure(error: unknown, target: SshTarget): Failure {
    if (error instanceof BerthError) return error.failure;
    return failure('internal', { logId: log.error('connect', 'Connecting failed', error, { hostId: target.hostId }) });
  }

  return {
    state(hostId) {
      const entry = entries.get(hostId);
      if (!entry) return { kind: 'idle' };
      if (entry.state.kind !== 'connected') return entry.state;
      return { ...entry.state, latencyMs: entry.connection?.latencyMs ?? entry.state.latencyMs };
    },
    onState: changed.subscribe,
    async connect(target, reason) {
      if (isDisposed) throw new BerthError('ssh.cancelled', { address: target.address });
      const entry = entryFor(target);
      if (entry.connection && !entry.connection.closed) return entry.connection;
      if (entry.attempt) {
        entry.attempt.isForScreen = false;
        if (reason === 'user') {
          entry.attempt.isWanted = true;
          entry.attempt.ticket.promote();
        }
        return entry.attempt.promise;
      }
      const { state } = entry;
      if (reason === 'background' && (state.kind === 'waiting' || state.kind === 'failed')) {
        throw BerthError.of(state.failure);
      }
      return start(entry, reason);
    },
    want(target) {
      if (isDisposed) return;
      const entry = entryFor(target);
      if (entry.state.kind !== 'idle') return;
      start(entry, 'background').catch(() => undefined);
      if (entry.attempt) entry.attempt.isForScreen = true;
    },
    unwant(hostId) {
      const entry = entries.get(hostId);
      if (entry?.attempt?.isForScreen !== true || entry.state.kind !== 'queued') return;
      end(entry);
      setState(entry, { kind: 'idle' });
    },
    wake() {
      const waiting: Entry[] = [];
      for (const entry of entries.values()) {
        entry.connection?.prove(PROOF_MS);
        if (entry.state.kind === 'waiting') waiting.push(entry);
      }
      const spread = Math.min(LONGEST_WAKE_MS, waiting.length * WAKE_SPREAD_MS);
      for (const entry of waiting) {
        if (entry.state.kind !== 'waiting') continue;
        entry.failures = 0;
        const delay = Math.round(retryDelayMs(0, random()) + random() * spread);
        retryIn(entry, delay);
        setState(entry, { ...entry.state, retryAt: now() + delay });
      }
    },
    current: (hostId) => entries.get(hostId)?.connection ?? null,
    async another(hostId, reason) {
      const entry = entries.get(hostId);
      if (!entry?.connection) throw new BerthError('ssh.closed', { address: entry?.target.address ?? hostId });
      return openExtra(entry, reason);
    },
    disconnect(hostId) {
      const entry = entries.get(hostId);
      if (!entry) return;
      end(entry);
      entry.failures = 0;
      setState(entry, { kind: 'idle' });
    },
    forget(hostId) {
      const entry = entries.get(hostId);
      if (!entry) return;
      end(entry);
      entries.delete(hostId);
      changed.emit(hostId);
    },
    dispose() {
      isDisposed = true;
      for (const entry of entries.values()) end(entry);
      entries.clear();
    },
  };
}

function isSamePlace(a: SshTarget, b: SshTarget): boolean {
  const isSameWay = a.keyFile === b.keyFile && a.transport === b.transport;
  return isSameWay && a.address === b.address && a.port === b.port && a.user === b.user;
}
