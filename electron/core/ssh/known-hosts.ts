import { createHash, createHmac, randomBytes } from 'node:crypto';
import { constants, copyFile, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';
import { planHostKeyUpdate, type HeldKeys } from '../../../shared/logic/host-key-update.ts';
import {
  formatKnownHost,
  hasCertificateAuthority,
  judgeHostKey,
  knownKeyTypes,
  matchesKnownHost,
  namesOfKnownHost,
  parseKnownHosts,
  withoutKnownHost,
  type HostKeyVerdict,
  type KnownHostEntry,
  type KnownHostLine,
  type KnownHostPlace,
  type OfferedKey,
} from '../../../shared/parse/known-hosts.ts';
import { writeFailed, writeFileAtomically } from '../store/atomic-write.ts';
import type { SshRoute } from './ssh-route.ts';

export interface KnownHostsOptions {
  /** Berth's own file: the first to be looked into, and where accepted keys go. Made when missing. */
  readonly berthFile: string;
  /** `~/.ssh/known_hosts`. */
  readonly userFile: string;
  /** `/etc/ssh/ssh_known_hosts`; only read. */
  readonly systemFiles: readonly string[];
}

/** Where a host is reached, and which files `ssh` would look into; without `route` those of the options. */
export interface HostPlace {
  readonly address: string;
  readonly port: number;
  readonly route?: Pick<SshRoute, 'hostKeyName' | 'userKnownHosts' | 'globalKnownHosts' | 'hashKnownHosts'> | undefined;
}

/** A key that a host offered in place of the known one. `key` null: only its fingerprint is known (OpenSSH's client tells no more). */
export interface ChangedKey {
  readonly place: HostPlace;
  readonly type: string;
  readonly fingerprint: string;
  readonly key: string | null;
}

/** What a replacement did. `removed`: the lines that named the host; `backup`: the copy of the user's file as it was before. */
export interface KeyReplacement {
  readonly removed: readonly { readonly file: string; readonly line: number; readonly fingerprint: string }[];
  readonly backup: string | null;
}

/** The fingerprints that an update added and removed. */
export interface HostKeysKept {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The host keys that are known, in files that OpenSSH reads as well. */
export interface KnownHosts {
  /** Judges an offered key. `usableTypes`: the types that can be asked for. Rejects with `ssh.host-key-store`. */
  judge(host: HostPlace, offered: OfferedKey, usableTypes: ReadonlySet<string>): Promise<HostKeyVerdict>;
  /** The types known for a host, to be asked for first. Rejects with `ssh.host-key-store`. */
  keyTypes(host: HostPlace): Promise<readonly string[]>;
  /**
   * Whether a `@cert-authority` line is about the host. Only OpenSSH's own client checks host certificates, so that it is the one
   * to connect with. Rejects with `ssh.host-key-store`.
   */
  needsCertificateAuthority(host: HostPlace): Promise<boolean>;
  /**
   * Appends a key that the user accepted; in a file of the user's with its name hashed where the configuration says so
   * (HashKnownHosts).
   * Rejects with the error of the file system.
   */
  add(host: HostPlace, offered: OfferedKey, saveTo: 'berth' | 'user'): Promise<void>;
  /** Whether a file of the user's has a key of the host. Rejects with `ssh.host-key-store`. */
  isKnownToUser(host: HostPlace): Promise<boolean>;
  /**
   * Keeps what a host has proven of its other keys (UpdateHostKeys), in the file that the trusted one is known from, and resolves with
   * what that changed. Rejects with `store.write-failed` or `ssh.host-key-store`.
   */
  update(host: HostPlace, keys: HeldKeys): Promise<HostKeysKept>;
  /** Keeps in memory what a host of the inventory offered in place of its known key, until it is replaced or offered anew. */
  noteChanged(hostId: string, changed: ChangedKey): void;
  changedKey(hostId: string): ChangedKey | null;
  /**
   * Puts the key that was offered in the place of all that are known under the name of the host: in Berth's own file, and with
   * `inUserFile` in the user's too, of which a copy is kept. A key of which only the fingerprint is known is not added: the next
   * connection asks. Rejects with `store.write-failed` or `ssh.host-key-store`.
   */
  replace(changed: ChangedKey, inUserFile: boolean): Promise<KeyReplacement>;
}

/** What means something else than itself in the host field of known_hosts, or would end it. */
const NO_NAME = /[\s\p{Cc},*?!|@#]/u;

/** As ssh and ssh-keygen salt: as many bytes as the hash has. */
const SALT_BYTES = 20;

interface CachedFile {
  readonly stamp: string;
  readonly entries: readonly KnownHostEntry[];
}

export function createKnownHosts(options: KnownHostsOptions): KnownHosts {
  const cache = new Map<string, CachedFile>();
  const changedKeys = new Map<string, ChangedKey>();
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

  const usersOf = ({ route }: HostPlace) => route?.userKnownHosts ?? [options.userFile];
  const filesOf = (host: HostPlace) => [
    ...new Set([options.berthFile, ...usersOf(host), ...(host.route?.globalKnownHosts ?? options.systemFiles)]),
  ];

  const userFileOf = ({ route }: HostPlace) =>
    route ? (route.userKnownHosts[0] ?? options.berthFile) : options.userFile;
  const entriesOf = async (host: HostPlace) => (await Promise.all(filesOf(host).map(readEntries))).flat();

  /** One write after another, whatever becomes of each. */
  function inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = writing.then(write);
    writing = written.catch(() => undefined);
    return written;
  }

  async function append(host: HostPlace, offered: OfferedKey, file: string): Promise<void> {
    const isHashed = file !== options.berthFile && host.route?.hashKnownHosts === true;
    await appendLine(file, formatKnownHost(placeOf(host), offered, isHashed ? hashName : null));
  }

  async function removeFrom(
    file: string,
    host: HostPlace,
    isKept?: (line: KnownHostLine) => boolean,
  ): Promise<KeyReplacement['removed']> {
    const { text, removed } = withoutKnownHost(await readText(file), placeOf(host), hmacSha1, isKept);
    if (removed.length > 0) await writeFileAtomically(file, text);
    return removed.map(({ line, key }) => ({ file, line, fingerprint: fingerprint(key) }));
  }

  async function keep(host: HostPlace, keys: HeldKeys): Promise<HostKeysKept> {
    const users = usersOf(host);
    const entries = await entriesOf(host);
    const { add, remove } = planHostKeyUpdate(
      entries,
      placeOf(host),
      keys,
      new Set([options.berthFile, ...users]),
      hmacSha1,
    );
    const doomed = new Set(remove.map(({ key }) => key));
    for (const file of new Set(remove.map((line) => line.file))) {
      // As ssh does before it changes the file.
      if (file !== options.berthFile) await copyFile(file, `${file}.old`);
      await removeFrom(file, host, ({ key }) => !doomed.has(key));
    }
    const isUsers = entries.some(({ key, file }) => key === keys.trusted.key && users.includes(file));
    for (const key of add) await append(host, key, isUsers ? userFileOf(host) : options.berthFile);
    const shown = (list: readonly { readonly key: string }[]) => list.map(({ key }) => fingerprint(key));
    return { added: shown(add), removed: shown(remove) };
  }

  return {
    judge: async (host, offered, usableTypes) =>
      judgeHostKey(await entriesOf(host), placeOf(host), offered, usableTypes, hmacSha1),
    keyTypes: async (host) => knownKeyTypes(await entriesOf(host), placeOf(host), hmacSha1),
    needsCertificateAuthority: async (host) => hasCertificateAuthority(await entriesOf(host), placeOf(host), hmacSha1),
    add(host, offered, saveTo) {
      // The inventory is a file that people edit: a pattern in an address would make the key known for other hosts.
      const { address, alias } = placeOf(host);
      if (NO_NAME.test(alias ?? address)) return Promise.reject(new Error('The address cannot stand in known_hosts'));
      return inTurn(() => append(host, offered, saveTo === 'user' ? userFileOf(host) : options.berthFile));
    },
    async isKnownToUser(host) {
      const [name] = namesOfKnownHost(placeOf(host));
      const entries = (await Promise.all(usersOf(host).map(readEntries))).flat();
      return entries.some(({ marker, names }) => marker === null && matchesKnownHost(names, name, hmacSha1));
    },
    update: (host, keys) => inTurn(() => keep(host, keys)),
    noteChanged: (hostId, changed) => void changedKeys.set(hostId, changed),
    changedKey: (hostId) => changedKeys.get(hostId) ?? null,
    replace({ place, type, key }, inUserFile) {
      return inTurn(async () => {
        const removed = [...(await removeFrom(options.berthFile, place))];
        const userFile = userFileOf(place);
        const isUsers = inUserFile && userFile !== options.berthFile;
        let backup: string | null = null;
        if (isUsers && (await readText(userFile)) !== '') {
          backup = await keepCopy(userFile);
          removed.push(...(await removeFrom(userFile, place)));
        }
        if (key !== null) await append(place, { type, key }, isUsers ? userFile : options.berthFile);
        for (const [hostId, changed] of changedKeys) if (changed.key === key) changedKeys.delete(hostId);
        return { removed, backup };
      });
    },
  };
}

function placeOf({ address, port, route }: HostPlace): KnownHostPlace {
  return { address, port, alias: route?.hostKeyName ?? null };
}

/** A file that is not there is empty. Rejects with `ssh.host-key-store`. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new BerthError('ssh.host-key-store', { file, detail: code ?? String(error) }, error);
  }
}

/** A copy beside the file that overwrites no earlier one; its path. */
async function keepCopy(file: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const copy = `${file}.before-berth-${String(count)}`;
    try {
      await copyFile(file, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw writeFailed(copy, error);
    }
  }
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

function hashName(name: string): { salt: string; hash: string } {
  const salt = randomBytes(SALT_BYTES).toString('base64');
  return { salt, hash: hmacSha1(salt, name) };
}

function hmacSha1(saltBase64: string, text: string): string {
  return createHmac('sha1', Buffer.from(saltBase64, 'base64')).update(text).digest('base64');
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
