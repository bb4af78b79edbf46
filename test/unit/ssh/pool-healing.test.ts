import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createConnectionPool, type ConnectionPool } from '../../../electron/core/ssh/connection-pool.ts';
import type { SshConnection, SshTarget, SshTransport } from '../../../electron/core/ssh/ssh-connection.ts';
import { startWakeWatch, type WakeWatch } from '../../../electron/core/ssh/wake-watch.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { pathTo, placeOf } from '../../support/ssh-places.ts';

// What the pool does by itself, by the clock and without a network: what is real about it is tested over a real sshd.
let started: string[];
let underway: Map<string, { succeed: () => void; fail: () => void }>;
let open: Map<string, { cut: () => void; proofs: number[] }>;
let pool: ConnectionPool;

const transport: SshTransport = {
  dispose: () => Promise.resolve(),
  connect: ({ hostId }, signal) =>
    new Promise((resolve, reject) => {
      started.push(hostId);
      const settle = () => underway.delete(hostId);
      const fail = () => {
        settle();
        reject(new BerthError(signal.aborted ? 'ssh.cancelled' : 'ssh.timeout'));
      };
      const succeed = () => {
        settle();
        resolve(connectionTo(hostId));
      };
      signal.addEventListener('abort', fail);
      underway.set(hostId, { succeed, fail });
    }),
};

function connectionTo(hostId: string): SshConnection {
  const listeners = new Set<() => void>();
  const proofs: number[] = [];
  let closed = false;
  const cut = () => {
    closed = true;
    for (const listener of listeners) listener();
  };
  open.set(hostId, { cut, proofs });
  return {
    target: placeOf({ hostId }),
    path: pathTo(),
    latencyMs: 1,
    get closed() {
      return closed;
    },
    exec: () => Promise.reject(new Error('not here')),
    shell: () => Promise.reject(new Error('not here')),
    prove: (timeoutMs) => void proofs.push(timeoutMs),
    onClose(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: cut,
  };
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
const hosts = (count: number, name = 'h') => Array.from({ length: count }, (_, index) => `${name}${String(index)}`);
const turn = () => vi.advanceTimersByTimeAsync(0);
const kinds = (hostIds: readonly string[]) => hostIds.map((hostId) => pool.state(hostId).kind);
const want = (hostIds: readonly string[]) => hostIds.forEach((hostId) => pool.want(target(hostId)));

beforeEach(() => {
  vi.useFakeTimers();
  started = [];
  underway = new Map();
  open = new Map();
  let step = 0;
  // As chance has it, but the same every time.
  pool = createConnectionPool({ transport, log: silentLog, random: () => (step = (step + 0.37) % 1) });
});
afterEach(() => {
  pool.dispose();
  vi.useRealTimers();
});

/** Connects hosts, and loses all of them. */
async function lose(hostIds: readonly string[]): Promise<void> {
  want(hostIds);
  while (open.size < hostIds.length) {
    await turn();
    for (const { succeed } of [...underway.values()]) succeed();
  }
  await turn();
  for (const { cut } of open.values()) cut();
}

describe('a screen', () => {
  it('that is scrolled past a thousand hosts connects to those that it rests on', async () => {
    const all = hosts(1_000);
    for (let at = 0; at < all.length; at += 40) {
      want(all.slice(at, at + 40));
      for (const hostId of all.slice(0, at)) pool.unwant(hostId);
      await turn();
    }
    const last = all.slice(-40);
    while (underway.size > 0) {
      for (const { succeed } of [...underway.values()]) succeed();
      await turn();
    }
    expect(kinds(last).every((kind) => kind === 'connected')).toBe(true);
    // The eight that had begun at the very first are not torn down again; nothing else was begun.
    expect(started).toHaveLength(48);
    expect(kinds(all.slice(8, 960)).every((kind) => kind === 'idle')).toBe(true);
  });

  it('takes nothing from somebody who waits', async () => {
    want(hosts(8));
    await turn();
    want(['operation', 'clicked']);
    void pool.connect(target('operation'), 'background').catch(() => undefined);
    void pool.connect(target('clicked'), 'user').catch(() => undefined);
    pool.unwant('operation');
    pool.unwant('clicked');
    await turn();
    expect(kinds(['operation', 'clicked'])).toEqual(['queued', 'queued']);
  });

  it('does not try again what waits or has failed', async () => {
    want(['box']);
    await turn();
    underway.get('box')?.fail();
    await turn();
    want(['box']);
    await turn();
    expect(started).toEqual(['box']);
  });
});

describe('after sleep', () => {
  it('every open connection has to prove that it lives', async () => {
    want(['a', 'b']);
    await turn();
    for (const { succeed } of [...underway.values()]) succeed();
    await turn();
    pool.wake();
    expect([...open.values()].map(({ proofs }) => proofs)).toEqual([[10_000], [10_000]]);
  });

  it('what waits is tried soon, spread, and few at a time', async () => {
    const all = hosts(300);
    await lose(all);
    // Long down: the next try is minutes away.
    for (let round = 0; round < 9; round += 1) {
      await vi.advanceTimersByTimeAsync(300_000);
      while (underway.size > 0) {
        for (const { fail } of [...underway.values()]) fail();
        await turn();
      }
    }
    started = [];
    pool.wake();
    const due = all.map((hostId) => {
      const state = pool.state(hostId);
      return state.kind === 'waiting' ? state.retryAt - Date.now() : Number.NaN;
    });
    expect(Math.max(...due)).toBeLessThanOrEqual(2_000 + 15_000);
    expect(Math.max(...due) - Math.min(...due)).toBeGreaterThan(10_000);
    let most = 0;
    for (let second = 0; second < 40; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      while (underway.size > 0) {
        most = Math.max(most, underway.size);
        for (const { succeed } of [...underway.values()]) succeed();
        await turn();
      }
    }
    expect(kinds(all).every((kind) => kind === 'connected')).toBe(true);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('hosts that are down', () => {
  it('cost a timer each, and no more', async () => {
    await lose(hosts(50));
    expect(vi.getTimerCount()).toBe(50);
  });

  it('leave half of the line to those that are on a screen', async () => {
    await lose(hosts(50, 'down'));
    started = [];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(underway.size).toBe(4);
    want(hosts(4, 'seen'));
    await turn();
    expect(started.slice(4)).toEqual(hosts(4, 'seen'));
  });

  it('do not hold up the one that a person wants now', async () => {
    await lose(hosts(50, 'down'));
    await vi.advanceTimersByTimeAsync(2_000);
    const queued = hosts(50, 'down').find((hostId) => pool.state(hostId).kind === 'queued') ?? '';
    void pool.connect(target(queued), 'user').catch(() => undefined);
    await turn();
    expect(started.at(-1)).toBe(queued);
    expect(underway.size).toBe(5);
  });
});

describe('startWakeWatch', () => {
  let watch: WakeWatch;
  let woken: number;
  let clock: number;
  let addresses: string;
  beforeEach(() => {
    woken = 0;
    clock = 0;
    addresses = '10.0.0.1';
    watch = startWakeWatch({ onWake: () => (woken += 1), now: () => clock, addresses: () => addresses });
  });
  afterEach(() => watch.dispose());

  const pass = (ticks: number, clockMs = 5_000) => {
    for (let tick = 0; tick < ticks; tick += 1) {
      clock += clockMs;
      vi.advanceTimersByTime(5_000);
    }
  };

  it('tells sleep by a clock that has gone on, once', () => {
    pass(10);
    expect(woken).toBe(0);
    pass(1, 3_600_000);
    pass(10);
    expect(woken).toBe(1);
  });

  it('takes a busy process, and a clock that is set back, for no sleep', () => {
    pass(3, 12_000);
    pass(1, -3_600_000);
    pass(3);
    expect(woken).toBe(0);
  });

  it('tells another network', () => {
    pass(2);
    addresses = '10.0.0.1 192.168.7.5';
    pass(2);
    addresses = '192.168.7.5';
    pass(2);
    expect(woken).toBe(2);
  });

  it('ends', () => {
    watch.dispose();
    pass(3, 3_600_000);
    expect(woken).toBe(0);
  });
});
