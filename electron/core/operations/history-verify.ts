import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { failure, type Failure } from '../../../shared/errors/failure.ts';
import { outcomeText } from '../../../shared/logic/outcome.ts';
import type { HistoryProof } from '../../../shared/model/history.ts';
import { chainHash, openLine, readRecord, type HistoryRecord } from './history-chain.ts';
import { readSeal, sealedFiles, sumOf } from './history-seal.ts';
import { listOperationIds, operationFiles, readOperation } from './operation-files.ts';

/** So many differences are named; more are counted. */
const NAMED = 100;

type Started = HistoryRecord & { readonly is: 'started' };
type Ended = HistoryRecord & { readonly is: 'ended' };

/** What the chain says of an operation. */
interface Listed {
  readonly start: Started;
  readonly end: Ended | null;
  readonly removed: 'logs' | 'all' | null;
}

/**
 * Reads the whole history again, as it stands on the disk, and compares: every line with the hash of the line before it, and every operation
 * with the hashes of its files and with what its line says. What is being written meanwhile is left out. Rejects when `signal` aborts.
 */
export async function verifyHistory(dir: string, now: () => number, signal: AbortSignal): Promise<HistoryProof> {
  const chain = await readChain(join(dir, 'index.jsonl'), signal);
  const differing: Failure[] = [];
  let differingTotal = 0;
  let files = 0;
  let bytes = 0;
  const note = (difference: Failure) => {
    differingTotal += 1;
    if (differing.length < NAMED) differing.push(difference);
  };
  for (const listed of chain.operations.values()) {
    signal.throwIfAborted();
    const read = await compare(dir, listed, note);
    files += read.files;
    bytes += read.bytes;
  }
  if (chain.beganAt !== null) {
    for (const id of await listOperationIds(dir)) {
      // One that is being started has its folder a moment before its line: its states are few then.
      if (!chain.operations.has(id) && (await readOperation(dir, id))?.phase === 'ended') {
        note(failure('history.unlisted', { id }));
      }
    }
  }
  const removed = [...chain.operations.values()].filter((each) => each.removed !== null).length;
  const { operations, ...told } = chain;
  return {
    checkedAt: now(),
    ...told,
    operations: operations.size,
    removed,
    files,
    bytes,
    differing,
    differingTotal,
  };
}

interface Chain extends Pick<
  HistoryProof,
  'beganAt' | 'because' | 'lines' | 'before' | 'head' | 'mended' | 'firstBroken'
> {
  readonly operations: ReadonlyMap<string, Listed>;
}

async function readChain(path: string, signal: AbortSignal): Promise<Chain> {
  const operations = new Map<string, Listed>();
  let began: (HistoryRecord & { readonly is: 'began' }) | null = null;
  let head: string | null = null;
  let lines = 0;
  let mended = 0;
  let number = 0;
  let firstBroken: HistoryProof['firstBroken'] = null;
  /** Lines since the last one of the chain that are none of it, and where they begin. */
  let strange: { readonly from: number; lines: number; hash: ReturnType<typeof createHash>; bytes: number } | null =
    null;

  const broken = (line: number, code: 'history.line-changed' | 'history.line-unreadable') => {
    firstBroken ??= { line, failure: failure(code, { line }) };
  };

  for await (const line of linesOf(path, signal)) {
    number += 1;
    const text = line.toString('utf8');
    const opened = openLine(text);
    if (!opened) {
      strange ??= { from: number, lines: 0, hash: createHash('sha256'), bytes: 0 };
      strange.lines += 1;
      strange.bytes += line.length + 1;
      strange.hash.update(line).update('\n');
      continue;
    }
    const record = readRecord(text);
    const left = strange && { bytes: strange.bytes, sha256: strange.hash.digest('base64url') };
    if (head === null && record?.is === 'began') {
      began = record;
      const isSame = left ? left.sha256 === record.sha256 && left.bytes === record.bytes : record.bytes === 0;
      if (!isSame) {
        firstBroken = { line: 1, failure: failure('history.older-changed', { lines: record.lines }) };
      }
    } else if (strange && left) {
      const isMended = record?.is === 'mended' && record.bytes === left.bytes && record.sha256 === left.sha256;
      if (!isMended) broken(strange.from, 'history.line-unreadable');
    }
    strange = null;
    if (chainHash(head ?? '', opened.body) !== opened.hash || (head === null && record?.is !== 'began')) {
      broken(number, 'history.line-changed');
    }
    if (record?.is === 'mended') mended += 1;
    if (record) take(operations, record);
    head = opened.hash;
    lines += 1;
  }
  return {
    beganAt: began?.at ?? null,
    because: began?.because ?? null,
    // Lines that nothing of the chain follows: a file from before the chain, whose lines are all older.
    before: began?.lines ?? strange?.lines ?? 0,
    lines,
    head,
    mended,
    firstBroken: firstBroken ?? unfinished(strange, began !== null),
    operations,
  };
}

/** Whole lines at the end that are none of the chain. A crash may have left one, which the next line mends: more were put there. */
function unfinished(strange: { readonly from: number; readonly lines: number } | null, hasBegun: boolean) {
  if (!strange || !hasBegun || strange.lines === 1) return null;
  return { line: strange.from, failure: failure('history.line-unreadable', { line: strange.from }) };
}

function take(operations: Map<string, Listed>, record: HistoryRecord): void {
  if (record.is === 'started') {
    operations.set(record.id, { start: record, end: null, removed: null });
  } else if (record.is === 'ended') {
    const listed = operations.get(record.id);
    if (listed) operations.set(record.id, { ...listed, end: record });
  } else if (record.is === 'removed') {
    for (const id of record.ids) {
      const listed = operations.get(id);
      if (listed) operations.set(id, { ...listed, removed: record.what });
    }
  }
}

/** Compares an operation that has ended with what the chain says of it. */
async function compare(
  dir: string,
  { start, end, removed }: Listed,
  note: (difference: Failure) => void,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const read = { files: 0, bytes: 0 };
  if (!end || removed === 'all') return read;
  const { id, hostName: host } = start;
  const sealed = await readSeal(dir, id);
  if (!sealed) {
    note(failure('history.file-missing', { file: 'seal.json', id, host }));
  } else if (sealed.hash !== end.seal || !sealed.seal) {
    // It is being looked at once more, and its files are others already.
    if (end.open) return read;
    note(failure('history.seal-changed', { id, host }));
  } else {
    for (const [file, then] of Object.entries(sealed.seal.files)) {
      if (removed === 'logs' && sealedFiles.log.includes(file)) continue;
      const now = await sumOf(join(operationFiles(dir, id).folder, file));
      if (!now) {
        note(failure('history.file-missing', { file, id, host }));
        continue;
      }
      read.files += 1;
      read.bytes += now.bytes;
      if (now.sha256 !== then.sha256 && !end.open) {
        note(failure('history.file-changed', { file, id, host, then: then.bytes, now: now.bytes }));
      }
    }
  }
  await compareEntry(dir, start, end, note);
  return read;
}

/** What the line says against what the operation itself says: which of the two was edited, the hashes tell. */
async function compareEntry(dir: string, start: Started, end: Ended, note: (difference: Failure) => void) {
  const { id, hostName: host } = start;
  const operation = await readOperation(dir, id);
  if (!operation || end.open) return;
  const fields: readonly (readonly [string, string, string])[] = [
    ['host', start.hostName, operation.plan.hostName],
    ['verb', start.request.verb, operation.plan.request.verb],
    ['request', JSON.stringify(start.request), JSON.stringify(operation.plan.request)],
    ['person', start.by, operation.startedBy],
    ['start', iso(start.at), iso(operation.startedAt)],
    ['end', iso(end.at), iso(operation.endedAt ?? operation.startedAt)],
    ['outcome', outcomeOf(end.outcome), outcomeOf(operation.outcome)],
  ];
  const different = fields.find(([, listed, kept]) => listed !== kept);
  if (!different) return;
  const [field, listed, kept] = different;
  note(failure('history.entry-differs', { id, host, field, listed, kept }));
}

function outcomeOf(outcome: Ended['outcome']): string {
  return outcome ? outcomeText(outcome) : 'not known';
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** The whole lines of a file, without their line feeds. Nothing of a file that does not exist. */
async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) {
      let from = 0;
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield bytes.subarray(from, end);
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
