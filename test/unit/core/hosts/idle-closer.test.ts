import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdleCloser, IDLE_MS, type IdleCloser } from '../../../../electron/core/hosts/idle-closer.ts';

describe('an idle connection', () => {
  let connected: Set<string>;
  let inUse: Set<string>;
  let closer: IdleCloser;

  beforeEach(() => {
    vi.useFakeTimers();
    connected = new Set(['a', 'b']);
    inUse = new Set(['b']);
    closer = createIdleCloser({
      connected: () => [...connected],
      isInUse: (hostId) => inUse.has(hostId),
      close: (hostId) => void connected.delete(hostId),
      now: Date.now,
    });
  });
  afterEach(() => {
    closer.dispose();
    vi.useRealTimers();
  });

  const MINUTE = 60_000;

  it('is closed after a while, and one in use never', () => {
    vi.advanceTimersByTime(IDLE_MS);
    expect([...connected]).toEqual(['a', 'b']);
    vi.advanceTimersByTime(MINUTE);
    expect([...connected]).toEqual(['b']);
    vi.advanceTimersByTime(24 * 60 * MINUTE);
    expect([...connected]).toEqual(['b']);
  });

  it('has its time again whenever it was used', () => {
    vi.advanceTimersByTime(IDLE_MS - MINUTE);
    closer.touch('a');
    vi.advanceTimersByTime(IDLE_MS - MINUTE);
    expect(connected.has('a')).toBe(true);
    inUse.add('a');
    vi.advanceTimersByTime(3 * IDLE_MS);
    inUse.delete('a');
    vi.advanceTimersByTime(IDLE_MS - MINUTE);
    expect(connected.has('a')).toBe(true);
    vi.advanceTimersByTime(2 * MINUTE);
    expect(connected.has('a')).toBe(false);
  });

  it('that comes back begins anew', () => {
    vi.advanceTimersByTime(IDLE_MS + MINUTE);
    connected.add('a');
    vi.advanceTimersByTime(IDLE_MS - MINUTE);
    expect(connected.has('a')).toBe(true);
  });
});
