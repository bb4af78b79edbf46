import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A home and a data folder of a test's own. */
export interface PrivateFolders {
  readonly home: string;
  readonly dataDir: string;
  /** The environment for a Berth in them: no agent, no known hosts, no settings of whoever runs the tests. */
  readonly env: Record<string, string>;
  remove(): Promise<void>;
}

export async function makePrivateFolders(): Promise<PrivateFolders> {
  const root = await mkdtemp(path.join(tmpdir(), 'berth-e2e-'));
  const home = path.join(root, 'home');
  const dataDir = path.join(root, 'data');
  await mkdir(path.join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await mkdir(dataDir, { mode: 0o700 });
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(XDG_|SSH_|DBUS_|DISPLAY$|WAYLAND_DISPLAY$|ELECTRON_)/.test(entry[0]),
    ),
  );
  return {
    home,
    dataDir,
    env: { ...env, HOME: home },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
