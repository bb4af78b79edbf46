import { describe, expect, it } from 'vitest';
import { createHandshakeBudget } from '../../../electron/core/ssh/handshake-budget.ts';
import { BerthError } from '../../../shared/errors/failure.ts';

const never = new AbortController().signal;
const cutOff = () => new BerthError('ssh.reset', { address: 'web-01' });

describe('handshakes with one sshd', () => {
  it('run so many at a time', async () => {
    const budget = createHandshakeBudget(3);
    let running = 0;
    let most = 0;
    const handshake = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => budget.spend('jump:22', never, false, handshake)));
    expect(most).toBe(3);
  });

  it('are tried again when the host still counts one that is over', async () => {
    const budget = createHandshakeBudget(1);
    let isCounted = false;
    const handshake = () => {
      if (isCounted) {
        isCounted = false;
        return Promise.reject(cutOff());
      }
      isCounted = true;
      return Promise.resolve('in');
    };
    const both = [budget.spend('jump:22', never, false, handshake), budget.spend('jump:22', never, false, handshake)];
    expect(await Promise.all(both)).toEqual(['in', 'in']);
  });

  it('end in the failure where the host cuts off everybody', async () => {
    const budget = createHandshakeBudget(4);
    let tries = 0;
    const handshake = () => {
      tries += 1;
      return Promise.reject(cutOff());
    };
    const all = Array.from({ length: 6 }, () => budget.spend('jump:22', never, false, handshake));
    const ended = await Promise.allSettled(all);
    expect(ended.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'rejected'));
    expect(tries).toBeLessThan(60);
  });

  it('are not tried again alone', async () => {
    let tries = 0;
    const handshake = () => {
      tries += 1;
      return Promise.reject(cutOff());
    };
    await expect(createHandshakeBudget().spend('web-01:22', never, false, handshake)).rejects.toThrow();
    expect(tries).toBe(1);
  });
});
