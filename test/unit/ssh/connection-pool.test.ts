import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createConnectionPool, type ConnectionPool } from '../../../electron/core/ssh/connection-pool.ts';
import { retryDelayMs } from '../../../electron/core/ssh/retry-delay.ts';
import type { SshConnection, SshTarget, SshTransport } from '../../../electron/core/ssh/ssh-connection.ts';
import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import { pathTo, placeOf } from '../../support/ssh-places.ts';

/** A handshake that is under way, and how it ends. */
interface Handshake {
  readonly hostId: string;
  readonly signal: AbortSignal;
  readonly ask: (isAsking: boolean) => void;
  readonly mayAsk: () => boolean;
  succeed(): { cut(): void; isClosed(): boolean };
  fail(code: FailureCode): void;
}

// Queues, order and delays, without a network: what is real about them is tested over a real sshd.
let underway: Handshake[];
let pool: ConnectionPool;

const transport: SshTransport = {
  dispose: () => Promise.resolve(),
  connect: (target, signal, manners) =>
    new Promise((resolve, reject) => {
      const settle = () => (underway = underway.filter((other) => other !== handshake));
      const handshake: Handshake = {
        hostId: target.hostId,
        signal,
        ask: (isAsking) => manners?.onAsking(isAsking),
        mayAsk: () => manners?.mayAsk() ?? true,
        succeed() {
          settle();
          const { connection, cut } = fakeConnection(target);
          resolve(connection);
          return { cut, isClosed: () => connection.closed };
        },
        fail(code) {
          settle();
          reject(new BerthError(code));
        },
      };
      signal.addEventListener('abort', () => handshake.fail('ssh.cancelled'));
      underway.push(handshake);
    }),
};

function fakeConnection({ hostId, name }: SshTarget): { connection: SshConnection; cut: () => void } {
  let isClosed = false;
  const listeners = new Set<() => void>();
  const cut = () => {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  };
  const connection: SshConnection = {
    target: placeOf({ hostId, name }),
    path: pathTo(),
    latencyMs: 1,
    get closed() {
      return isClosed;
    },
    exec: () => Promise.reject(new Error('not here')),
    shell: () => Promise.reject(new Error('not here')),
    prove: () => undefined,
    onClose(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: cut,
  };
  return { connection, cut };
}

const target = (hostId: string): SshTarget => ({
  hostId,
  name: hostId,
  address: hostId,
  port: 22,
  user: 'root',
  keyFile: null,
  transport: 'auto',
});

function connect(hostId: string, reason: 'user' | 'background' = 'background'): Promise<string> {
  return pool.connect(target(hostId), reason).then(
    () => 'connected',
    (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
  );
}

const turn = () => vi.advanceTimersByTimeAsync(0);
const kind = (hostId: string) => pool.state(hostId).kind;
const hostIds = () => underway.map(({ hostId }) => hostId);
const handshakeOf = (hostId: string) => underway.find((handshake) => handshake.hostId === hostId)!;

beforeEach(() => {
  vi.useFakeTimers();
  underway = [];
  pool = createConnectionPool({ transport, log: silentLog, random: () => 1 });
});
afterEach(() => {
  pool.dispose();
  vi.useRealTimers();
});

describe('a question', () => {
  it('comes only from a connection that a person asked for, or came to wait for', async () => {
    void connect('by-itself');
    void connect('asked-for', 'user');
    await turn();
    expect(handshakeOf('asked-for').mayAsk()).toBe(true);
    expect(handshakeOf('by-itself').mayAsk()).toBe(false);
    void connect('by-itself', 'user');
    await turn();
    expect(handshakeOf('by-itself').mayAsk()).toBe(true);
  });

  it('that nobody was asked waits for a person, who is asked then', async () => {
    const first = connect('box');
    await turn();
    handshakeOf('box').fail('auth.answer-needed');
    expect(await first).toBe('auth.answer-needed');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(underway).toEqual([]);
    expect(await connect('box')).toBe('auth.answer-needed');
    void connect('box', 'user');
    await turn();
    expect(handshakeOf('box').mayAsk()).toBe(true);
  });
});

describe('the line for a handshake', () => {
  it('lets eight through at a time, in order, and those that a person waits for first', async () => {
    for (let index = 0; index < 20; index += 1) void connect(`h${index}`);
    await turn();
    expect(hostIds()).toEqual(['h0', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7']);
    expect(kind('h8')).toBe('queued');
    void connect('urgent', 'user');
    // Already in line, and now somebody waits for it.
    void connect('h15', 'user');
    handshakeOf('h0').succeed();
    handshakeOf('h1').fail('auth.denied');
    handshakeOf('h2').fail('ssh.refused');
    await turn();
    expect(hostIds()).toEqual(['h3', 'h4', 'h5', 'h6', 'h7', 'h15', 'urgent', 'h8']);
  });

  it('is not held up by somebody who thinks', async () => {
    for (let index = 0; index < 9; index += 1) void connect(`h${index}`);
    await turn();
    handshakeOf('h3').ask(true);
    await turn();
    expect(kind('h3')).toBe('asking');
    expect(hostIds()).toContain('h8');
    handshakeOf('h3').ask(false);
    expect(kind('h3')).toBe('connecting');
    // Its place was given back once, not twice.
    handshakeOf('h3').succeed();
    void connect('h9');
    await turn();
    expect(hostIds()).not.toContain('h9');
  });

  it('is left by who is disconnected', async () => {
    for (let index = 0; index < 8; index += 1) void connect(`h${index}`);
    const waiting = connect('waiting');
    const next = connect('next');
    await turn();
    pool.disconnect('waiting');
    expect(await waiting).toBe('ssh.cancelled');
    handshakeOf('h0').succeed();
    await turn();
    expect(hostIds()).toContain('next');
    pool.disconnect('next');
    expect(await next).toBe('ssh.cancelled');
    expect(kind('next')).toBe('idle');
  });
});

describe('what failed', () => {
  it('and may pass is tried again with growing delays', async () => {
    void connect('box');
    await turn();
    for (const delay of [2_000, 4_000, 8_000, 16_000]) {
      handshakeOf('box').fail('ssh.timeout');
      await turn();
      expect(pool.state('box')).toMatchObject({ kind: 'waiting', retryAt: Date.now() + delay });
      expect(await connect('box')).toBe('ssh.timeout');
      await vi.advanceTimersByTimeAsync(delay - 1);
      expect(underway).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(hostIds()).toEqual(['box']);
    }
  });

  it.each<FailureCode>(['auth.denied', 'auth.passphrase-wrong', 'ssh.host-key-changed', 'ssh.host-key-refused'])(
    'and needs a person is never tried again by itself: %s',
    async (code) => {
      const connecting = connect('box');
      await turn();
      handshakeOf('box').fail(code);
      expect(await connecting).toBe(code);
      expect(pool.state('box')).toMatchObject({ kind: 'failed', failure: { code } });
      await vi.advanceTimersByTimeAsync(24 * 3600_000);
      expect(await connect('box')).toBe(code);
      expect(underway).toEqual([]);
      void connect('box', 'user');
      await turn();
      expect(hostIds()).toEqual(['box']);
    },
  );

  it('is tried at once when a person asks', async () => {
    void connect('box');
    await turn();
    handshakeOf('box').fail('ssh.refused');
    await turn();
    const again = connect('box', 'user');
    await turn();
    handshakeOf('box').succeed();
    expect(await again).toBe('connected');
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(underway).toEqual([]);
  });

  it('is forgotten after a connection that held, and not after one that did not', async () => {
    void connect('box');
    await turn();
    for (const expected of [2_000, 4_000, 8_000]) {
      const { cut } = handshakeOf('box').succeed();
      await turn();
      cut();
      expect(pool.state('box')).toMatchObject({ failure: { code: 'ssh.closed' }, retryAt: Date.now() + expected });
      await vi.advanceTimersByTimeAsync(expected);
    }
    const { cut } = handshakeOf('box').succeed();
    await vi.advanceTimersByTimeAsync(60_000);
    cut();
    expect(pool.state('box')).toMatchObject({ retryAt: Date.now() + 2_000 });
  });

  it('without a code of Berth is told as internal, with its place in the log', async () => {
    const broken = createConnectionPool({
      transport: { dispose: () => Promise.resolve(), connect: () => Promise.reject(new Error('a mistake')) },
      log: silentLog,
    });
    await expect(broken.connect(target('box'), 'user')).rejects.toMatchObject({ failure: { code: 'internal' } });
    expect(broken.state('box')).toMatchObject({ kind: 'failed', failure: { params: { logId: 'connect' } } });
    broken.dispose();
  });
});

describe('the end', () => {
  it('of a host tells so, and leaves nothing that comes back', async () => {
    const changes: string[] = [];
    void connect('box');
    await turn();
    const { isClosed } = handshakeOf('box').succeed();
    await turn();
    pool.onState((hostId) => changes.push(`${hostId} ${kind(hostId)}`));
    pool.forget('box');
    expect(isClosed()).toBe(true);
    expect(changes).toEqual(['box idle']);
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(underway).toEqual([]);
  });

  it('of the pool closes what is open, stops what is under way, and takes nothing new', async () => {
    void connect('open');
    const pending = connect('pending');
    await turn();
    const { isClosed } = handshakeOf('open').succeed();
    await turn();
    pool.dispose();
    expect(isClosed()).toBe(true);
    expect(await pending).toBe('ssh.cancelled');
    expect(await connect('later', 'user')).toBe('ssh.cancelled');
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(underway).toEqual([]);
  });

  it('that comes while the transport has just succeeded closes the new connection', async () => {
    const connecting = connect('box');
    await turn();
    const { isClosed } = handshakeOf('box').succeed();
    pool.disconnect('box');
    expect(await connecting).toBe('ssh.cancelled');
    expect(isClosed()).toBe(true);
    expect(kind('box')).toBe('idle');
  });
});

describe('retryDelayMs', () => {
  it('grows to five minutes, half of it by chance', () => {
    expect(retryDelayMs(0, 0)).toBe(1_000);
    expect(retryDelayMs(0, 1)).toBe(2_000);
    expect(retryDelayMs(3, 1)).toBe(16_000);
    expect(retryDelayMs(1_000, 1)).toBe(300_000);
    expect(retryDelayMs(1_000, 0)).toBe(150_000);
  });
});
