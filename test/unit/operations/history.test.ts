import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHistoryIndex, isOpen } from '../../../electron/core/operations/history-index.ts';
import { readOperation, writeOperation } from '../../../electron/core/operations/operation-files.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { makeOperation } from './samples.ts';

describe('the history of operations', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-history-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const ids = async () => (await createHistoryIndex(dir).entries()).map(({ id }) => id);

  it('is newest first, and its last word counts', async () => {
    const index = createHistoryIndex(dir);
    expect(await index.entries()).toEqual([]);
    for (const number of [1, 3, 2]) await index.put(makeOperation(number));
    await index.seal(makeOperation(1, { phase: 'ended', outcome: { kind: 'up-to-date' } }));
    expect((await index.entries()).map(({ id, open }) => [Number(id), open])).toEqual([
      [3, true],
      [2, true],
      [1, false],
    ]);
  });

  it('sees what others append', async () => {
    const [one, two] = [createHistoryIndex(dir), createHistoryIndex(dir)];
    await one.put(makeOperation(1));
    expect(await two.entries()).toHaveLength(1);
    await one.put(makeOperation(2));
    expect(await two.entries()).toHaveLength(2);
  });

  it('is made anew when the index is lost, from operations that can be read', async () => {
    for (const number of [1, 2, 3]) {
      await writeOperation(dir, makeOperation(number));
      await createHistoryIndex(dir).put(makeOperation(number));
    }
    await rm(join(dir, '000000000003', 'operation.jsonl'));
    await rm(join(dir, 'index.jsonl'));
    expect(await ids()).toEqual(['000000000002', '000000000001']);
    expect(await ids()).toEqual(['000000000002', '000000000001']);
  });

  it('keeps the newest whole state of an operation after a crash in the middle of a write', async () => {
    await writeOperation(dir, makeOperation(1));
    await writeOperation(dir, makeOperation(1, { phase: 'running' }));
    await appendFile(join(dir, '000000000001', 'operation.jsonl'), '{"id":"000000000001","phase":"en');
    expect((await readOperation(dir, '000000000001'))?.phase).toBe('running');
    await writeOperation(dir, makeOperation(1, { phase: 'verifying' }));
    expect((await readOperation(dir, '000000000001'))?.phase).toBe('verifying');
  });

  it('takes no path for an id', async () => {
    expect(await readOperation(dir, '../../etc/passwd')).toBeNull();
  });

  it('holds open what nobody has seen the end of', () => {
    const unknown = (code: 'operation.host-gone' | 'operation.host-rebooted') =>
      makeOperation(1, { phase: 'ended', outcome: { kind: 'unknown', failure: failure(code) } });
    expect(isOpen(makeOperation(1))).toBe(true);
    expect(isOpen(unknown('operation.host-gone'))).toBe(true);
    expect(isOpen(unknown('operation.host-rebooted'))).toBe(false);
    expect(isOpen(makeOperation(1, { phase: 'ended', outcome: { kind: 'cancelled' } }))).toBe(false);
  });
});
