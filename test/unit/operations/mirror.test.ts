import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportLog } from '../../../electron/core/operations/export-log.ts';
import { openMirror } from '../../../electron/core/operations/mirror.ts';
import { openLog } from '../../../electron/core/operations/open-log.ts';
import { operationFiles, type OperationFiles } from '../../../electron/core/operations/operation-files.ts';
import { createPulse, type Pulse } from '../../../electron/core/operations/pulse.ts';
import type { LogSource } from '../../../shared/model/operation.ts';
import { makeOperation } from './samples.ts';

const ID = '0123456789ab';
const encode = (text: string) => new TextEncoder().encode(text);
const everything = 1024 * 1024;

describe('the local copy of an operation', () => {
  let dir: string;
  let files: OperationFiles;
  let pulse: Pulse;
  let isEnded: boolean;
  let clock: number;
  const now = () => (clock += 1_000);

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-mirror-'));
    files = operationFiles(dir, ID);
    pulse = createPulse();
    isEnded = true;
    clock = 0;
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const source = () => Promise.resolve({ files, pulse, isEnded: () => isEnded });
  function open(sources: LogSource[], tailBytes = everything): AsyncIterator<Uint8Array> {
    const log = openLog(source, { kind: 'operation-log', operationId: ID, sources, tailBytes });
    return log[Symbol.asyncIterator]();
  }
  async function read(sources: LogSource[] = ['stdout', 'stderr', 'berth'], tailBytes = everything): Promise<string[]> {
    const iterator = open(sources, tailBytes);
    let text = '';
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      text += new TextDecoder().decode(next.value);
    return text.split('\r\n').filter(Boolean);
  }

  it('tells every byte once and in the order of arrival', async () => {
    const mirror = await openMirror(files, now);
    await mirror.append('stdout', encode('one\n'));
    await mirror.append('stderr', encode('two\n'));
    await mirror.append('stdout', encode('three\n'));
    await mirror.say('four');
    await mirror.close();
    expect((await read()).map((line) => line.split(' ').at(-1))).toEqual(['one', 'two', 'three', 'four']);
    expect((await read(['stdout'])).map((line) => line.split(' ').at(-1))).toEqual(['one', 'three']);
  });

  it('goes on after an owner that was killed at any moment', async () => {
    const first = await openMirror(files, now);
    await first.append('stdout', encode('one\n'));
    await first.flush();
    // Bytes without a record, and a record that is cut off.
    await appendFile(files.mirror('stdout'), 'two\n');
    await appendFile(files.timeline, '{"t":1,"source":"std');
    const second = await openMirror(files, now);
    expect(second.size('stdout')).toBe(8);
    await second.append('stdout', encode('three\n'));
    await second.close();
    await first.close();
    expect((await read()).map((line) => line.split(' ').at(-1))).toEqual(['one', 'two', 'three']);
  });

  it('shows nothing twice where a power cut took bytes that the timeline has', async () => {
    const first = await openMirror(files, now);
    await first.append('stdout', encode('one\ntwo\n'));
    await first.close();
    await truncate(files.mirror('stdout'), 4);
    const second = await openMirror(files, now);
    expect(second.size('stdout')).toBe(4);
    await second.append('stdout', encode('two\nthree\n'));
    await second.close();
    expect((await read()).map((line) => line.split(' ').at(-1))).toEqual(['one', 'two', 'three']);
  });

  it('can be read from near its end', async () => {
    const mirror = await openMirror(files, now);
    for (let line = 0; line < 100; line += 1) {
      await mirror.append('stdout', encode(`line ${String(line).padStart(4, '0')}\n`));
      await mirror.flush();
    }
    await mirror.close();
    expect((await read(['stdout'], 35)).map((line) => line.split(' ').at(-1))).toEqual(['0097', '0098', '0099']);
    expect(await read(['stdout'], 0)).toEqual([]);
    expect(await read(['stdout'], 1_000)).toHaveLength(100);
    const { text } = await exportLog(makeOperation(1), await source(), 120);
    expect(text).toContain('Only the end of the log follows');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/line 0099$/);
  });

  it('is live until the operation ends, and lazy', async () => {
    isEnded = false;
    const mirror = await openMirror(files, now);
    const log = open(['stdout']);
    const first = log.next();
    await mirror.append('stdout', encode('one\n'));
    await mirror.flush();
    pulse.beat();
    expect(new TextDecoder().decode((await first).value as Uint8Array)).toContain('one');
    const second = log.next();
    await mirror.append('stdout', encode('two'));
    await mirror.close();
    isEnded = true;
    pulse.beat();
    expect(new TextDecoder().decode((await second).value as Uint8Array)).toContain('two');
    expect((await log.next()).done).toBe(true);
  });

  it('lets go of a reader that waits for more', async () => {
    isEnded = false;
    await (await openMirror(files, now)).close();
    const log = open(['stdout']);
    const waiting = log.next();
    const returned = log.return?.();
    expect((await waiting).done).toBe(true);
    expect((await returned)?.done).toBe(true);
  });

  it('holds exactly what was appended', async () => {
    const mirror = await openMirror(files, now);
    const pieces = Array.from({ length: 50 }, (_each, index) => Buffer.alloc(index * 97, index));
    for (const piece of pieces) await mirror.append('stderr', piece);
    await mirror.close();
    expect((await readFile(files.mirror('stderr'))).equals(Buffer.concat(pieces))).toBe(true);
  });
});
