import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endHost } from './end-host.ts';
import { initProcess, lastBootId, readText, type HostPlace } from './host-place.ts';

/** Switches a host on; resolves when one can log in. Nothing happens to a host that is on. */
export async function powerOn(place: HostPlace): Promise<void> {
  if (isSupervised(place)) return;
  const before = lastBootId(place);
  const console = openSync(join(place.folder, 'console'), 'a');
  const supervisor = spawn(join(import.meta.dirname, '..', 'boot', 'supervise.sh'), [place.folder], {
    detached: true,
    stdio: ['ignore', console, console],
  });
  closeSync(console);
  supervisor.unref();
  await waitForBoot(place, before);
}

/** Ends every process of a host at once; resolves when there is none left. Nothing happens to a host that is off. */
export async function powerCut(place: HostPlace): Promise<void> {
  await endHost(place, 'cut');
}

/** Resolves when a boot other than `after` lets one log in; rejects when the host is off, or after a minute. */
export async function waitForBoot(place: HostPlace, after: string | null): Promise<void> {
  const started = Date.now();
  for (;;) {
    const boot = lastBootId(place);
    if (boot !== after && boot !== null && (await letsIn(place))) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    // A supervisor needs a moment to say that it is there.
    if (seconds > 0 && !isSupervised(place)) throw new Error(`${place.name} is off. ${await lastWords(place)}`);
    if (seconds > 60) throw new Error(`${place.name} has not booted in ${seconds} s. ${await lastWords(place)}`);
    await pause();
  }
}

/** The one place that waits by time: a host tells nobody how far it is. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 15));

/** Whether the host is on: booting, running, or between two boots. */
export function isSupervised(place: HostPlace): boolean {
  const supervisor = readText(join(place.folder, 'supervisor'));
  return supervisor !== null && (readText(`/proc/${supervisor}/cmdline`) ?? '').includes(place.folder);
}

/** Whether sshd answers, and does not turn users away because the system still boots. */
async function letsIn(place: HostPlace): Promise<boolean> {
  const init = initProcess(place);
  return init !== null && (await greets(place)) && !existsSync(`/proc/${init}/root/run/nologin`);
}

/** Whether sshd says its name: a mere connection proves nothing. */
function greets({ address, port }: HostPlace): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** The end of the console, for messages. */
async function lastWords(place: HostPlace): Promise<string> {
  const file = join(place.folder, 'console');
  const text = await readFile(file, 'utf8').catch(() => '');
  return `The end of ${file}:\n${text.split('\n').slice(-12).join('\n')}`;
}
