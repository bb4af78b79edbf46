import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../store/atomic-write.ts';
import { sha256 } from './history-chain.ts';
import { logSources, operationFiles } from './operation-files.ts';

const FileSum = z.object({ bytes: z.number(), sha256: z.string() });

/** What the files of an operation held when it ended, by name: `<folder>/seal.json`, whose own hash is in the chain. */
const Seal = z.object({ version: z.literal(1), files: z.record(z.string(), FileSum) });
export type Seal = z.infer<typeof Seal>;

const STATES = 'operation.jsonl';
const LOG_FILES: readonly string[] = [...logSources, 'timeline.jsonl'];
/** What belongs to the log of an operation, and what to its states; all that a seal covers. */
export const sealedFiles = { log: LOG_FILES, states: [STATES] } as const;

/** Hashes the files of an operation that nobody writes any more. Rejects with BerthError `store.write-failed`. */
export async function sealOperation(
  dir: string,
  id: string,
): Promise<{ readonly seal: string; readonly logBytes: number; readonly stateBytes: number }> {
  const { folder } = operationFiles(dir, id);
  const files: Record<string, z.infer<typeof FileSum>> = {};
  let logBytes = 0;
  for (const name of [STATES, ...LOG_FILES]) {
    const sum = await sumOf(join(folder, name));
    if (!sum) continue;
    files[name] = sum;
    if (name !== STATES) logBytes += sum.bytes;
  }
  const text = `${JSON.stringify({ version: 1, files } satisfies Seal)}\n`;
  await writeFileAtomically(sealFile(dir, id), text);
  return { seal: sha256(text), logBytes, stateBytes: (files[STATES]?.bytes ?? 0) + text.length };
}

export function sealFile(dir: string, id: string): string {
  return join(operationFiles(dir, id).folder, 'seal.json');
}

/** The seal of an operation, and its hash; null when there is none, `seal` null when it cannot be read. */
export async function readSeal(
  dir: string,
  id: string,
): Promise<{ readonly hash: string; readonly seal: Seal | null } | null> {
  let text: string;
  try {
    text = await readFile(sealFile(dir, id), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return { hash: sha256(text), seal: Seal.parse(JSON.parse(text)) };
  } catch {
    return { hash: sha256(text), seal: null };
  }
}

/** Bytes and hash of a file; null when there is none. In steps: a log may be larger than memory. */
export async function sumOf(path: string): Promise<z.infer<typeof FileSum> | null> {
  try {
    const file = await open(path, 'r');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.createReadStream()) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { bytes, sha256: hash.digest('base64url') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
