import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../cache.ts';
import { runCommand } from '../command.ts';
import { labDir } from '../places.ts';

export const networkScript = join(import.meta.dirname, '..', 'boot', 'network.sh');

/** Where the settings of this machine are kept that the lab has raised. */
export function machineStateFolder(): string {
  return join(labDir(), 'machine');
}

/** What all hosts need of this machine: routes, and room for many systemds. May be repeated; `down` takes it back. */
export async function prepareMachine(): Promise<void> {
  const state = machineStateFolder();
  await mkdir(state, { recursive: true });
  await withLock(join(state, 'lock'), () =>
    runCommand(['bash', networkScript, 'up', join(state, 'inotify-instances')]),
  );
}
