import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Operation, OperationOutcome } from '../../../shared/model/operation.ts';
import { VerbRequest } from '../../../shared/model/verb.ts';

const at = z.number();
const Sha256 = z.string();
/** Different values that are remembered at a time. */
const INTERNED = 2_000;

/**
 * The same object for the same value: a hundred thousand operations have a handful of requests, and a few hundred outcomes, which are
 * then parsed, kept and put into words once.
 */
function interned<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const known = new Map<string, T>();
  return z.unknown().transform((value, context): T => {
    const text = JSON.stringify(value) ?? '';
    const held = known.get(text);
    if (held !== undefined) return held;
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      context.addIssue('not what is expected');
      return z.NEVER;
    }
    if (known.size >= INTERNED) known.clear();
    known.set(text, parsed.data);
    return parsed.data;
  });
}

const Name = interned(z.string());

/**
 * The lines of `index.jsonl`, in the order of what happened. Times epoch ms, `bytes` on the disk.
 *
 * - `began`: the chain starts here. `lines`, `bytes` and `sha256` are of what stood in the file before, which was written without one
 *   (`adopted`), or whose file was lost so that the list was made again from the folders (`rebuilt`).
 * - `started` and `ended`: an operation. `open`: it ended without an answer of its host, and is looked at once more. `seal`: see history-seal.ts.
 * - `removed`: what the settings do not want kept is about to be deleted (`what`), the lines stay.
 * - `mended`: the bytes between the line before and this one are what a crash left of a line.
 */
export const HistoryRecord = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('began'),
    at,
    because: z.enum(['new', 'adopted', 'rebuilt']),
    lines: z.number(),
    bytes: z.number(),
    sha256: Sha256,
  }),
  z.object({
    is: z.literal('started'),
    id: Operation.shape.id,
    hostId: Name,
    hostName: Name,
    request: interned(VerbRequest),
    by: Name,
    at,
  }),
  z.object({
    is: z.literal('ended'),
    id: Operation.shape.id,
    at,
    /** Of a kind that only a newer Berth knows: null. */
    outcome: interned(OperationOutcome.nullable()).catch(null),
    open: z.boolean(),
    seal: Sha256.nullable(),
    logBytes: z.number(),
    stateBytes: z.number(),
  }),
  z.object({
    is: z.literal('removed'),
    ids: z.array(Operation.shape.id),
    what: z.enum(['logs', 'all']),
    at,
  }),
  z.object({ is: z.literal('mended'), at, bytes: z.number(), sha256: Sha256 }),
]);
export type HistoryRecord = z.infer<typeof HistoryRecord>;

/** A line as it stands in the file: what it says, and the hash over that and the hash of the line before. */
export interface ChainLine {
  readonly body: string;
  readonly hash: string;
}

const HASH = /^,"hash":"([\w-]{43})"\}$/;
/** Characters of what `HASH` matches. */
const HASH_LENGTH = 54;

/** Splits a line; null when it is none of the chain. */
export function openLine(line: string): ChainLine | null {
  const hash = hashOfLine(line);
  return hash === null ? null : { body: `${line.slice(0, -HASH_LENGTH)}}`, hash };
}

/** The hash that a line of the chain ends with; null when it is none. */
export function hashOfLine(line: string): string | null {
  return line.startsWith('{') ? (HASH.exec(line.slice(-HASH_LENGTH))?.[1] ?? null) : null;
}

/** The line of a record after the line with the hash `previous` ('' for the first), without the line feed. */
export function chainLine(record: HistoryRecord, previous: string): ChainLine & { readonly text: string } {
  const body = JSON.stringify(record);
  const hash = chainHash(previous, body);
  return { body, hash, text: `${body.slice(0, -1)},"hash":"${hash}"}` };
}

/** Covers a line and, through `previous`, every line before it. */
export function chainHash(previous: string, body: string): string {
  return createHash('sha256').update(`${previous}\n${body}`).digest('base64url');
}

/** The record of a line; null for one that says nothing this version knows. */
export function readRecord(line: string): HistoryRecord | null {
  try {
    const parsed = HistoryRecord.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
