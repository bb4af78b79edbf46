import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive, ownIdentity } from '../store/process-identity.ts';
import { endMaster } from './openssh-mux.ts';

/** A private folder for each master of this process. */
export interface OpenSshFolders {
  /** Makes the next one. */
  make(): Promise<string>;
  /** Removes all that are left. */
  dispose(): Promise<void>;
}

const PREFIX = 'berth-ssh-';
/** The file of a run's folder that says whose it is. */
const OWNER = 'owner.json';
const Owner = z.object({ pid: z.int().positive(), startedAt: z.string() });
/** The control socket in the folder of a master. */
export const SOCKET = 's';
/** What the path of a socket may be long (macOS: 104 with its end), less the 17 characters that ssh appends while it makes it. */
const MAX_PATH = 103 - 17;
/** Room for the name of a folder and of a socket below the base. */
const ROOM = `/${PREFIX}XXXXXX/999999/${SOCKET}`.length;

/** A short folder of this user's: that of the session, else the temporary one. */
function baseFolder(env: NodeJS.ProcessEnv): string {
  const candidates = [env['XDG_RUNTIME_DIR'] ?? '', tmpdir(), '/tmp'];
  return candidates.find((folder) => folder.startsWith('/') && folder.length + ROOM <= MAX_PATH) ?? '/tmp';
}

/** Opens the folders of this process. */
export async function openFolders(env: NodeJS.ProcessEnv): Promise<OpenSshFolders> {
  // For this user alone: mkdtemp makes it 0700.
  const own = await mkdtemp(join(baseFolder(env), PREFIX));
  await writeFile(join(own, OWNER), JSON.stringify(ownIdentity()), { mode: 0o600 });
  let count = 0;
  return {
    async make() {
      count += 1;
      const folder = join(own, String(count));
      await mkdir(folder, { mode: 0o700 });
      return folder;
    },
    dispose: () => rm(own, { recursive: true, force: true }),
  };
}

/**
 * Clears away the folders of processes that have ended without doing so: the masters that they left behind are told to end over their
 * own sockets, so that no other process can be meant. Never rejects.
 */
export async function clearLeftovers(env: NodeJS.ProcessEnv): Promise<void> {
  const base = baseFolder(env);
  const names = await readdir(base).catch(() => []);
  const left = names.filter((name) => name.startsWith(PREFIX));
  // A folder that cannot be read, or is being made just now, is left alone.
  await Promise.allSettled(left.map((name) => clearOne(join(base, name))));
}

async function clearOne(folder: string): Promise<void> {
  const { uid } = await lstat(folder);
  if (uid !== process.getuid?.()) return;
  const owner = Owner.parse(JSON.parse(await readFile(join(folder, OWNER), 'utf8')));
  if (isAlive(owner)) return;
  const masters = await readdir(folder);
  await Promise.all(masters.map((master) => endMaster(join(folder, master, SOCKET))));
  await rm(folder, { recursive: true, force: true });
}
