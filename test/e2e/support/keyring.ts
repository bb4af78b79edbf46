import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Prerequisite } from '../../support/missing-prerequisites.ts';

export const keyringNeeds: readonly Prerequisite[] = ['gnome-keyring-daemon', 'dbus-daemon', 'dbus-send'];

/** A keyring of the test's own on a session bus of its own: real GNOME Keyring, opened with a password that only it knows. */
export interface Keyring {
  /** What a program needs in its environment to find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts it with everything that it writes below `folder`. Resolves when it answers on the bus. */
export async function startKeyring(folder: string): Promise<Keyring> {
  const runtime = path.join(folder, 'run');
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  const base = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_RUNTIME_DIR: runtime };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    env: base,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await firstLine(bus);
  const env = { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: address };
  const daemon = spawn(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets', `--control-directory=${path.join(runtime, 'keyring')}`],
    { env: { ...base, ...env }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  daemon.stdin.end('the password of the keyring');
  await firstLine(daemon);
  while (!(await hasSecretService({ ...base, ...env })));
  return {
    env,
    async stop() {
      for (const child of [daemon, bus]) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${child.spawnfile} has ended`);
  });
  // It ends some day, and then nobody waits for its words any more.
  ended.catch(() => undefined);
  const [chunk] = (await Promise.race([once(child.stdout ?? child, 'data'), ended])) as [Buffer];
  return chunk.toString().trim();
}

async function hasSecretService(env: NodeJS.ProcessEnv): Promise<boolean> {
  const question = 'org.freedesktop.DBus.NameHasOwner';
  const target = ['--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', question, 'string:org.freedesktop.secrets'];
  const { stdout } = await promisify(execFile)('dbus-send', ['--session', '--print-reply', ...target], { env });
  return stdout.includes('boolean true');
}
