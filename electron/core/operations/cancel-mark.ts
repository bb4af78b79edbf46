import { stat, writeFile } from 'node:fs/promises';
import type { OperationFiles } from './operation-files.ts';

/** That a cancel was asked for, by whichever process: a file, as the states have one writer. */
const cancelMark = (files: OperationFiles) => `${files.folder}/cancel-requested`;

export async function markCancelled(files: OperationFiles): Promise<void> {
  await writeFile(cancelMark(files), '', { mode: 0o600 });
}

export async function isMarkedCancelled(files: OperationFiles): Promise<boolean> {
  return stat(cancelMark(files)).then(
    () => true,
    () => false,
  );
}
