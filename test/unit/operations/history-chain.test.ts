import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHistoryIndex } from '../../../electron/core/operations/history-index.ts';
import { verifyHistory } from '../../../electron/core/operations/history-verify.ts';
import { writeOperation } from '../../../electron/core/operations/operation-files.ts';
import { describe as inWords } from '../../../shared/errors/describe.ts';
import type { HistoryProof } from '../../../shared/model/history.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { inChildren } from '../store/children.ts';
import { makeOperation } from './samples.ts';

let dir: string;
let index: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-chain-'));
  index = join(dir, 'index.jsonl');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const id = (number: number) => String(number).padStart(12, '0');
const file = (number: number, name: string) => join(dir, id(number), name);
const verify = () => verifyHistory(dir, () => 1_000, new AbortController().signal);
const codes = (proof: HistoryProof) => proof.differing.map(({ code }) => code);

/** An operation that was run and sealed, with a log. */
async function run(number: number, changes: Partial<Operation> = {}): Promise<void> {
  const history = createHistoryIndex(dir, () => 500);
  await writeOperation(dir, makeOperation(number));
  await history.put(makeOperation(number));
  const ended = makeOperation(number, {
    phase: 'ended',
    endedAt: number + 1,
    outcome: { kind: 'staged', version: '42.3', digest: 'sha256:0' },
    ...changes,
  });
  await writeOperation(dir, ended);
  await writeFile(file(number, 'stdout'), `log of ${String(number)}\n`);
  await history.seal(ended);
}

/** Edits one line of the index, counted from 1. */
async function edit(line: number, change: (text: string) => string | null): Promise<void> {
  const lines = (await readFile(index, 'utf8')).split('\n');
  const changed = change(lines[line - 1] ?? '');
  lines.splice(line - 1, 1, ...(changed === null ? [] : [changed]));
  await writeFile(index, lines.join('\n'));
}

describe('the chain of the history', () => {
  it('holds, and says what it covers', async () => {
    for (const number of [1, 2, 3]) await run(number);
    const proof = await verify();
    expect(proof).toMatchObject({
      because: 'new',
      lines: 7,
      before: 0,
      operations: 3,
      mended: 0,
      removed: 0,
      files: 6,
      firstBroken: null,
      differing: [],
    });
    expect(proof.head).toMatch(/^[\w-]{43}$/);
    const before = proof.head;
    await run(4);
    expect((await verify()).head).not.toBe(before);
  });

  it('is nothing yet', async () => {
    expect(await verify()).toMatchObject({ lines: 0, beganAt: null, head: null, firstBroken: null, differingTotal: 0 });
  });

  const edits: readonly [string, number, (text: string) => string | null, number][] = [
    ['an outcome', 3, (text) => text.replace('42.3', '42.4'), 3],
    ['who', 4, (text) => text.replace('tester', 'nobody'), 4],
    ['a host', 2, (text) => text.replace('web-01', 'web-02'), 2],
    ['a line taken out', 4, () => null, 4],
    ['a line put in', 4, (text) => `${text}\n${text}`, 5],
    ['a line that is none', 4, (text) => `rubbish\n${text}`, 4],
    ['the beginning', 1, () => null, 1],
    ['the last line', 7, (text) => text.replace('42.3', '42.4'), 7],
    ['a hash', 5, (text) => text.replace(/.("\})$/, 'A$1').replace(/AA("\})$/, 'AB$1'), 5],
  ];
  it.each(edits)('shows an edit: %s', async (_, line, change, found) => {
    for (const number of [1, 2, 3]) await run(number);
    await edit(line, change);
    const proof = await verify();
    expect(proof.firstBroken?.line).toBe(found);
    expect(proof.firstBroken?.failure.code).toMatch(/^history\.line-(changed|unreadable)$/);
  });

  it('says what differs where a line was edited', async () => {
    await run(1);
    await edit(3, (text) => text.replace('42.3', '42.4'));
    const [difference] = (await verify()).differing;
    expect(difference && inWords(difference).text).toBe(
      `The history says of operation ${id(1)} (web-01) that its outcome is “Staged 42.4 @0: the next boot runs it.”; its own file says “Staged 42.3 @0: the next boot runs it.”.`,
    );
  });

  it('shows files that are not what they were', async () => {
    for (const number of [1, 2, 3, 4, 5]) await run(number);
    await appendFile(file(1, 'stdout'), 'one more line\n');
    await rm(file(2, 'stdout'));
    await appendFile(file(3, 'operation.jsonl'), '\n');
    await writeFile(file(4, 'seal.json'), '{"version":1,"files":{}}\n');
    await rm(file(5, 'seal.json'));
    const proof = await verify();
    expect(proof.firstBroken).toBeNull();
    expect(proof.differing).toMatchObject([
      { code: 'history.file-changed', params: { id: id(1), file: 'stdout', then: 9, now: 23 } },
      { code: 'history.file-missing', params: { id: id(2), file: 'stdout' } },
      { code: 'history.file-changed', params: { id: id(3), file: 'operation.jsonl' } },
      { code: 'history.seal-changed', params: { id: id(4) } },
      { code: 'history.file-missing', params: { id: id(5), file: 'seal.json' } },
    ]);
  });

  it('shows an operation whose lines are gone, also from the end', async () => {
    for (const number of [1, 2]) await run(number);
    const text = await readFile(index, 'utf8');
    await writeFile(index, `${text.split('\n').slice(0, 3).join('\n')}\n`);
    const proof = await verify();
    expect(proof.firstBroken).toBeNull();
    expect(codes(proof)).toEqual(['history.unlisted']);
  });

  it('goes on after a line that was cut off, and keeps what it was about', async () => {
    for (const number of [1, 2]) await run(number);
    const whole = await stat(index);
    await run(3);
    const cuts = Array.from({ length: 9 }, (_, step) => whole.size + 1 + Math.floor((step * 250) / 9));
    const text = await readFile(index);
    for (const size of [...cuts, text.length - 1]) {
      await writeFile(index, text);
      await truncate(index, size);
      const history = createHistoryIndex(dir, () => 600);
      await history.entries();
      await history.noteRemoved([], 'logs');
      expect((await history.entries()).map((entry) => entry.id)).toEqual([id(3), id(2), id(1)]);
      const proof = await verify();
      expect([proof.firstBroken, proof.differing]).toEqual([null, []]);
      // A whole line that only lacked its line feed is taken as it is.
      expect(proof.mended).toBe(size === text.length - 1 ? 0 : 1);
      // What was left of the line stands there still.
      expect((await readFile(index)).subarray(0, size)).toEqual(text.subarray(0, size));
    }
  });

  it('notes a line that was closed and not yet mended when the next crash came', async () => {
    await run(1);
    await appendFile(index, '{"is":"started","id\n{"is":"men');
    await run(2);
    const proof = await verify();
    expect(proof).toMatchObject({ mended: 1, operations: 2, firstBroken: null, differingTotal: 0 });
  });

  it('takes over a history that was written without a chain, from a marked point', async () => {
    const lines: string[] = [];
    for (const number of [1, 2, 3]) {
      const ended = makeOperation(number, { phase: 'ended', endedAt: 9, outcome: { kind: 'no-update' } });
      await writeOperation(dir, number === 3 ? makeOperation(3) : ended);
      const { hostId, hostName } = ended.plan;
      lines.push(JSON.stringify({ id: id(number), hostId, hostName, startedAt: number, open: number === 3 }));
    }
    await writeFile(index, `${lines.join('\n')}\n`);
    const history = createHistoryIndex(dir, () => 700);
    const entries = await history.entries();
    expect(entries.map((entry) => [entry.id, entry.open, entry.outcome?.kind])).toEqual([
      [id(3), true, undefined],
      [id(2), false, 'no-update'],
      [id(1), false, 'no-update'],
    ]);
    expect(await verify()).toMatchObject({
      because: 'adopted',
      beganAt: 700,
      before: 3,
      lines: 6,
      operations: 3,
      firstBroken: null,
      differingTotal: 0,
    });
    await edit(2, (text) => text.replace('web-01', 'web-09'));
    expect((await verify()).firstBroken?.failure.code).toBe('history.older-changed');
  });

  it('says that it was made again from the folders', async () => {
    for (const number of [1, 2]) await run(number);
    await rm(index);
    expect(await createHistoryIndex(dir).entries()).toHaveLength(2);
    expect(await verify()).toMatchObject({ because: 'rebuilt', operations: 2, firstBroken: null, differingTotal: 0 });
  });

  it('holds with several processes that append at once', async () => {
    await inChildren(3, 'history', { path: dir, times: 15 });
    const proof = await verify();
    expect(proof).toMatchObject({ lines: 91, operations: 45, mended: 0, firstBroken: null, differingTotal: 0 });
  });

  it('reads what others appended, and no more than that', async () => {
    for (const number of [1, 2]) await run(number);
    const history = createHistoryIndex(dir);
    await history.entries();
    const { revision } = history;
    // Were the file read from its beginning, these lines would be missing.
    const text = await readFile(index, 'utf8');
    await writeFile(index, text.replaceAll('web-01', 'web-99'));
    await run(3);
    const entries = await history.entries();
    expect(entries.map((entry) => entry.hostName)).toEqual(['web-01', 'web-01', 'web-01']);
    expect(history.revision - revision).toBe(2);
  });

  it('reads a file anew that is another one', async () => {
    for (const number of [1, 2]) await run(number);
    const history = createHistoryIndex(dir);
    expect(await history.entries()).toHaveLength(2);
    const text = await readFile(index, 'utf8');
    await rm(index);
    await writeFile(index, `${text.split('\n').slice(0, 3).join('\n')}\n`);
    expect(await history.entries()).toHaveLength(1);
  });

  it('leaves out what goes on', async () => {
    await run(1);
    const history = createHistoryIndex(dir);
    await writeOperation(dir, makeOperation(2));
    await history.put(makeOperation(2));
    await writeFile(file(2, 'stdout'), 'half');
    await run(3, {
      outcome: { kind: 'unknown', failure: { code: 'operation.host-gone', params: {} } },
    });
    // Looked at once more: its files grow again.
    await appendFile(file(3, 'berth'), 'attached again');
    await appendFile(file(3, 'stdout'), 'more');
    expect(await verify()).toMatchObject({ firstBroken: null, differingTotal: 0 });
    expect((await history.open()).map((entry) => entry.id)).toEqual([id(3), id(2)]);
  });
});
