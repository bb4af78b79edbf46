import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageKind } from '../images/image-set.ts';
import { isUsed } from '../cache.ts';
import { makeImages } from '../images/make-images.ts';
import { labPath } from '../places.ts';
import { startRegistry } from '../registry/registry.ts';
import { existingHost, hostFolder, readText, registryPort } from './host-place.ts';
import { numbersOf } from './leftovers.ts';
import { registryStateFile } from './registry-control.ts';

/** How this program is asked to serve the registries of the lab `hand`, until it is ended. */
export const SERVE = 'serve-registries';

const HOUR_MS = 3600_000;

const pidFile = () => join(labPath('hand'), 'registries.pid');

/** Serves the registries of all hosts of the lab `hand` there are. Resolves when all listen; they do so until the process ends. */
export async function serveRegistries(): Promise<void> {
  for (const number of numbersOf('hand')) {
    const place = existingHost('hand', number);
    if (place === null) continue;
    const kind = /^IMAGES=(.*)$/m.exec(readText(join(hostFolder('hand', number), 'settings')) ?? '')?.[1] as ImageKind;
    const imageSet = await makeImages(kind);
    await startRegistry({ address: place.gateway, port: registryPort, imageSet, stateFile: registryStateFile(place) });
    // What is served is in use, however long nobody asks for it otherwise.
    setInterval(() => void isUsed(imageSet.dir), HOUR_MS);
  }
}

/** Starts the process that serves, in place of the one before; resolves when it is ready. `program` is the file of the command. */
export async function restartRegistries(program: string): Promise<void> {
  await stopRegistries();
  mkdirSync(labPath('hand'), { recursive: true });
  const log = openSync(join(labPath('hand'), 'registries.log'), 'a');
  const child = spawn(process.execPath, [program, SERVE], { detached: true, stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  await writeFile(pidFile(), `${child.pid}\n`);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', () =>
      reject(new Error(`The registries do not start. See ${join(labPath('hand'), 'registries.log')}`)),
    );
  });
  child.stdout?.destroy();
  child.unref();
}

/** Ends the process that serves. Nothing happens when there is none. */
export async function stopRegistries(): Promise<void> {
  const pid = readText(pidFile());
  if (pid !== null && (readText(`/proc/${pid}/cmdline`) ?? '').includes(SERVE)) {
    process.kill(Number(pid), 'SIGKILL');
    while ((readText(`/proc/${pid}/cmdline`) ?? '').includes(SERVE))
      await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await rm(pidFile(), { force: true });
}
