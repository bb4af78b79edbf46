import { describe, expect, it } from 'vitest';
import { createEmitter } from '../../../../electron/core/emitter.ts';
import { watchChanges } from '../../../../electron/core/streams/watch-changes.ts';

interface Item {
  readonly id: string;
  readonly value: number;
}

function watched() {
  const emitter = createEmitter<Item>();
  const abort = new AbortController();
  const changes = watchChanges<Item>(emitter.subscribe, abort.signal, ({ id }) => id);
  return { emitter, abort, changes };
}

describe('watchChanges', () => {
  it('keeps only the newest of each key, in order of first change', async () => {
    const { emitter, changes } = watched();
    emitter.emit({ id: 'a', value: 1 });
    emitter.emit({ id: 'b', value: 2 });
    emitter.emit({ id: 'a', value: 3 });
    expect(await changes.next()).toEqual([
      { id: 'a', value: 3 },
      { id: 'b', value: 2 },
    ]);
  });

  it('waits for a change, and loses none that comes between two calls', async () => {
    const { emitter, changes } = watched();
    const first = changes.next();
    emitter.emit({ id: 'a', value: 1 });
    expect(await first).toEqual([{ id: 'a', value: 1 }]);
    emitter.emit({ id: 'a', value: 2 });
    expect(await changes.next()).toEqual([{ id: 'a', value: 2 }]);
  });

  it('ends when the signal aborts, also while it waits', async () => {
    const { abort, changes } = watched();
    const waiting = changes.next();
    abort.abort();
    expect(await waiting).toBeNull();
    expect(await changes.next()).toBeNull();
  });
});
