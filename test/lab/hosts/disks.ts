import { spawn } from 'node:child_process';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../command.ts';
import { labDir } from '../places.ts';
import { stateroot, type HostPlace } from './host-place.ts';
import { script } from './scripts.ts';

/** So many copies of each template in use are kept ready. */
const SPARES = 1;

/** Where the copies of all templates lie that nobody has yet. */
export function sparesFolder(): string {
  return join(labDir(), 'spares');
}

/**
 * Gives a host a disk of its own, as on its first day: one that was copied before, or else one that is copied now. The next one
 * is copied in the background. Resolves with the folder of the deployment.
 */
export async function takeDisk(template: string, { folder, sysroot }: HostPlace): Promise<string> {
  const spares = join(sparesFolder(), basename(template));
  await mkdir(folder, { recursive: true });
  if (!(await takeSpare(spares, sysroot))) await runCommand(['bash', script('copy-disk.sh'), template, folder]);
  spawn('bash', [script('stock-disks.sh'), template, spares, String(SPARES)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
  const deployments = join(sysroot, 'ostree', 'deploy', stateroot, 'deploy');
  const deployed = (await readdir(deployments)).find((name) => name.endsWith('.0'));
  return join(deployments, deployed ?? '');
}

/** Whether there was one: others take them as well. */
async function takeSpare(spares: string, place: string): Promise<boolean> {
  const names = await readdir(spares).catch(() => []);
  for (const name of names.filter((each) => each.startsWith('ready.'))) {
    const isMine = await rename(join(spares, name), place).then(
      () => true,
      () => false,
    );
    if (isMine) return true;
  }
  return false;
}
