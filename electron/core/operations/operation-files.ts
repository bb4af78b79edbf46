import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LogSource, Operation } from '../../../shared/model/operation.ts';
import { appendJsonLines, readLastJsonLine } from '../store/append-log.ts';

/**
 * Where one operation is kept:
 *   operation.jsonl  its states, each a whole Operation; the last line counts
 *   stdout, stderr, progress  what the host's files hold, byte for byte; `berth` is what Berth itself had to say
 *   timeline.jsonl   when which bytes came (see timeline.ts)
 *   owner.lock       which process follows it
 */
export interface OperationFiles {
  readonly folder: string;
  readonly states: string;
  readonly timeline: string;
  readonly owner: string;
  mirror(source: LogSource): string;
}

/** The sources of a log, in the order in which they are shown when nothing else decides. */
export const logSources: readonly LogSource[] = LogSource.options;

export function operationFiles(dir: string, id: string): OperationFiles {
  const folder = join(dir, id);
  return {
    folder,
    states: join(folder, 'operation.jsonl'),
    timeline: join(folder, 'timeline.jsonl'),
    owner: join(folder, 'owner.lock'),
    mirror: (source) => join(folder, source),
  };
}

export function isOperationId(id: string): boolean {
  return /^[0-9a-f]{12}$/.test(id);
}

/** The newest state of an operation; null when there is none that can be read. */
export async function readOperation(dir: string, id: string): Promise<Operation | null> {
  return isOperationId(id) ? readLastJsonLine(operationFiles(dir, id).states, StoredOperation) : null;
}

/** An operation as any version has written it: before there were other verbs than two, a plan had `verb` alone. */
const StoredOperation: z.ZodType<Operation> = z.preprocess((value) => {
  const old = OldOperation.safeParse(value);
  if (!old.success) return value;
  const { plan, after, ...rest } = old.data;
  const { verb, before, ...planned } = plan;
  return {
    ...rest,
    reboot: null,
    plan: { ...planned, request: { verb }, tool: 'bootc', before: { ...notRead, ...before } },
    after: after && { ...notRead, ...after },
  };
}, Operation);

const OldOperation = z.looseObject({
  plan: z.looseObject({ verb: z.enum(['check', 'upgrade']), before: z.looseObject({}) }),
  after: z.looseObject({}).nullable(),
});

const notRead = { failedUnits: null, greenboot: null, autoUpdate: null };

/** On the disk when this resolves. */
export async function writeOperation(dir: string, operation: Operation): Promise<void> {
  await appendJsonLines(operationFiles(dir, operation.id).states, [operation]);
}

/** The ids of all operations that have a folder. */
export async function listOperationIds(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter(isOperationId);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
