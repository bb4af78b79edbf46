import { describe, expect, it } from 'vitest';
import { createTrials } from '../../../../electron/core/secrets/trials.ts';

const never = new AbortController().signal;

describe('trials of one secret', () => {
  it('are one after the other until one succeeds, and free for a while then', async () => {
    let clock = 0;
    const trials = createTrials(() => clock);
    const first = await trials.enter('k', never);
    const order: string[] = [];
    const second = trials.enter('k', never).then((end) => {
      order.push('second');
      end?.(true);
    });
    order.push('first');
    first?.(false);
    await second;
    expect(order).toEqual(['first', 'second']);
    const open = await Promise.all([trials.enter('k', never), trials.enter('k', never)]);
    expect(open.map((end) => end !== null)).toEqual([true, true]);

    clock += 3_600_000;
    const again = await trials.enter('k', never);
    const leave = new AbortController();
    const waiting = trials.enter('k', leave.signal);
    leave.abort();
    expect(await waiting).toBeNull();
    again?.(false);
  });

  it('of another secret wait for nothing', async () => {
    const trials = createTrials(() => 0);
    await trials.enter('k', never);
    expect(await trials.enter('other', never)).not.toBeNull();
  });

  it('do not wait for a person who takes his time', async () => {
    const trials = createTrials(() => 0, 10);
    await trials.enter('k', never);
    expect(await trials.enter('k', never)).not.toBeNull();
  });
});
