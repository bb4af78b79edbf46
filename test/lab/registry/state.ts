import { readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { ImageName } from '../images/image-set.ts';

/** What goes wrong at a registry. `unreachable` resets connections unanswered; `cut` ends a download in the middle. */
export type RegistryFault = null | 'unreachable' | 'unauthorized' | 'not-found' | 'slow' | 'cut';

/** The switches of a registry: a JSON file that is read at each request, so that any process may turn them. */
export interface RegistryState {
  /** Tag of the repository `os` (in ostree's repository the ref `lab/<tag>`) → the image it stands for. */
  readonly tags: Readonly<Record<string, ImageName>>;
  readonly fault: RegistryFault;
  /** Pace of each blob and ostree object while `slow`; 20,000 when not given. */
  readonly bytesPerSecond?: number | undefined;
  /** How much of a blob or ostree object is sent before the connection breaks while `cut`; half of it when not given. */
  readonly cutAfterBytes?: number | undefined;
  /** Who may read images; null lets everybody. ostree's repository asks nobody: its clients know no such login. */
  readonly credentials: null | { readonly user: string; readonly password: string };
}

/** Everything in order: `stable` is v1, open to everybody. */
export const initialRegistryState: RegistryState = { tags: { stable: 'v1' }, fault: null, credentials: null };

const stateSchema: z.ZodType<RegistryState> = z.strictObject({
  tags: z.record(z.string(), z.enum(['v1', 'v2', 'v3', 'broken', 'blocker', 'other'])),
  fault: z.enum(['unreachable', 'unauthorized', 'not-found', 'slow', 'cut']).nullable(),
  bytesPerSecond: z.number().positive().optional(),
  cutAfterBytes: z.number().nonnegative().optional(),
  credentials: z.strictObject({ user: z.string(), password: z.string() }).nullable(),
});

/** Rejects where the file cannot be read or holds something else than a state. */
export async function readRegistryState(file: string): Promise<RegistryState> {
  return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Turns the switches, all at once: a request in between reads the old state or the new one. */
export async function writeRegistryState(file: string, state: RegistryState): Promise<void> {
  const next = `${file}.${process.pid}.new`;
  await writeFile(next, `${JSON.stringify(stateSchema.parse(state), null, 2)}\n`);
  await rename(next, file);
}
