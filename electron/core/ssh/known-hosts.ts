import { createHash, createHmac } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';
import {
  formatKnownHost,
  judgeHostKey,
  knownKeyTypes,
  parseKnownHosts,
  type HostKeyVerdict,
  type KnownHostEntry,
  type OfferedKey,
} from '../../../shared/parse/known-hosts.ts';

export interface KnownHostsOptions {
  /** Berth's own file: the first to be looked into, and where accepted keys go. Made when missing. */
  readonly berthFile: string;
  /** `~/.ssh/known_hosts`. */
  readonly userFile: string;
  /** `/etc/ssh/ssh_known_hosts`; only read. */
  readonly systemFiles: readonly string[];
}

/** Where a host is reached, as known_hosts names it. */
export interface HostPlace {
  readonly address: string;
  readonly port: number;
}

/** The host keys that are known, in files that OpenSSH reads as well. */
export interface KnownHosts {
  /** Judges an offered key. `usableTypes`: the types that can be asked for. Rejects with `ssh.host-key-store`. */
  judge(host: HostPlace, offered: OfferedKey, usableTypes: ReadonlySet<string>): Promise<HostKeyVerdict>;
  /** The types known for a host, to be asked for first. Rejects with `ssh.host-key-store`. */
  keyTypes(host: HostPlace): Promise<readonly string[]>;
  /** Appends a key that the user accepted. Rejects with the error of the file system. */
  add(host: HostPlace, offered: OfferedKey, saveTo: 'berth' | 'user'): Promise<void>;
}

/** What means something else than itself in the host field of known_hosts, or would end it. */
const NO_NAME = /[\s\p{Cc},*?!|@#]/u;

interface CachedFile {
  readonly stamp: string;
  readonly entries: readonly KnownHostEntry[];
}

export function createKnownHosts(options: KnownHostsOptions): KnownHosts {
  const files = [options.berthFile, options.userFile, ...options.systemFiles];
  const cache = new Map<string, CachedFile>();
  let writing: Promise<unknown> = Promise.resolve();

  /** A file that is not there knows nothing. One that cannot be read might hold a @revoked line: nothing is decided without it. */
  async function readEntries(file: string): Promise<readonly KnownHostEntry[]> {
    try {
      const { mtimeNs, size, ino } = await stat(file, { bigint: true });
      const stamp = `${ino} ${size} ${mtimeNs}`;
      const cached = cache.get(file);
      if (cached?.stamp === stamp) return cached.entries;
      const entries = parseKnownHosts(await readFile(file, 'utf8')).map((line) => ({ ...line, file }));
      cache.set(file, { stamp, entries });
      return entries;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      throw new BerthError('ssh.host-key-store', { file, detail: code ?? String(error) }, error);
    }
  }

  const allEntries = async () => (await Promise.all(files.map(readEntries))).flat();

  return {
    judge: async (host, offered, usableTypes) => judgeHostKey(await allEntries(), host, offered, usableTypes, hmacSha1),
    keyTypes: async (host) => knownKeyTypes(await allEntries(), host, hmacSha1),
    add(host, offered, saveTo) {
      // The inventory is a file that people edit: a pattern in an address would make the key known for other hosts.
      if (NO_NAME.test(host.address)) return Promise.reject(new Error('The address cannot stand in known_hosts'));
      const file = saveTo === 'user' ? options.userFile : options.berthFile;
      const line = formatKnownHost(host.address, host.port, offered);
      const written = writing.then(() => appendLine(file, line));
      writing = written.catch(() => undefined);
      return written;
    },
  };
}

/**
 * Appends with one write on a descriptor opened for appending: nothing that others append meanwhile is lost, and a torn line
 * is one that every reader leaves out. A last line without its line feed gets it first.
 */
async function appendLine(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = size > 0 ? (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString('latin1') : '\n';
    await handle.write(`${last === '\n' ? '' : '\n'}${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `SHA256:…` of a key blob, as ssh and ssh-keygen print it. */
export function fingerprint(keyBase64: string): string {
  const digest = createHash('sha256').update(Buffer.from(keyBase64, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** What to run at the console of a host to see the fingerprint of its key of a type. */
export function fingerprintCommand(keyType: string): string {
  const family = keyType.startsWith('ecdsa-') ? 'ecdsa' : keyType.replace(/^ssh-/, '');
  return `ssh-keygen -lf /etc/ssh/ssh_host_${family}_key.pub`;
}

function hmacSha1(saltBase64: string, text: string): string {
  return createHmac('sha1', Buffer.from(saltBase64, 'base64')).update(text).digest('base64');
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
