import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';
import { createReader } from './agent.ts';

/** A private key, decrypted and ready to sign. */
export interface PrivateKey {
  readonly blob: Buffer;
  /** `hash` chooses the signature of an RSA key (`sha256`, `sha512`). Throws when it cannot sign. */
  sign(data: Buffer, hash: string | undefined): Buffer;
}

/** Reads private (with `passphrase`, null for none) and public keys; given by the transport, whose library knows the formats. */
export interface KeyParser {
  private(text: string, passphrase: string | null): PrivateKey | 'wrong-passphrase' | { readonly unusable: string };
  /** The blob of a public key in the one-line format of `.pub` files; null when it is none. */
  public(text: string): Buffer | null;
  /** False for keys that cannot be offered: security keys (`sk-…`), certificates. */
  isUsable(blob: Buffer): boolean;
}

/** A key file that was read, as far as it goes without a passphrase. */
export interface KeyFile {
  readonly path: string;
  /** Null when the file is encrypted and tells nothing about its public half (PEM, without a `.pub` beside it). */
  readonly blob: Buffer | null;
  readonly isEncrypted: boolean;
  /** A `.pub` file: names a key that the agent holds, and cannot sign. */
  readonly isPublic: boolean;
  /** Changes when the file does. */
  readonly stamp: string;
  readonly text: string;
}

/** Above this many bytes a file is no key. */
const MAX_KEY_BYTES = 64 * 1024;
/** The bits of a mode that ssh wants to be clear: group and others. */
const OTHERS = 0o077;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
const PKCS8 = /^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/;

/** A path as people write it: `~/` is the home folder of the user who runs Berth. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/**
 * Reads a key file, as ssh does: where only its `.pub` is there, it names a key that the agent may hold, and a private key that
 * others may read is not used. Rejects with `auth.key-unreadable`, `auth.key-format` or `auth.key-permissions`.
 */
export async function readKeyFile(path: string, parser: KeyParser): Promise<KeyFile> {
  let text: string;
  let stamp: string;
  let isOpen: boolean;
  let mode: string;
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new BerthError('auth.key-unreadable', { file: path, detail: 'it is not a file' });
    if (info.size > MAX_KEY_BYTES) throw new BerthError('auth.key-format', { file: path, detail: 'it is too large' });
    stamp = `${info.ino} ${info.size} ${info.mtimeMs}`;
    // As ssh: only where it is the user's own file, and where modes mean something.
    isOpen = process.platform !== 'win32' && info.uid === process.getuid?.() && (info.mode & OTHERS) !== 0;
    mode = (info.mode & 0o7777).toString(8).padStart(4, '0');
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof BerthError) throw error;
    const blob = await readPublicHalf(path, parser);
    if (blob) return { path, blob, isEncrypted: false, isPublic: true, stamp: '', text: '' };
    throw new BerthError('auth.key-unreadable', { file: path, detail: reasonOf(error) }, error);
  }

  const publicBlob = parser.public(text);
  if (publicBlob) return { path, blob: publicBlob, isEncrypted: false, isPublic: true, stamp, text };
  if (isOpen) throw new BerthError('auth.key-permissions', { file: path, detail: `mode ${mode}` });
  const openssh = readOpensshHeader(text);
  if (openssh) return { path, ...openssh, isPublic: false, stamp, text };
  const isEncrypted = /^Proc-Type: 4,ENCRYPTED/m.test(text) || text.startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----');
  const blob = isEncrypted ? await readPublicHalf(path, parser) : unlock(path, text, null, parser).blob;
  return { path, blob, isEncrypted, isPublic: false, stamp, text };
}

/** Decrypts a private key. Throws `auth.passphrase-wrong` or `auth.key-format`. */
export function unlock(path: string, text: string, passphrase: string | null, parser: KeyParser): PrivateKey {
  const parsed = parsePkcs8(text, passphrase) ?? text;
  const key = parsed === 'wrong-passphrase' ? parsed : parser.private(parsed, passphrase);
  if (key === 'wrong-passphrase') throw new BerthError('auth.passphrase-wrong', { file: path });
  if ('unusable' in key) throw new BerthError('auth.key-format', { file: path, detail: key.unusable });
  return key;
}

/** PKCS#8, which the SSH library does not read, as the older PEM that it does. Null when the text is not PKCS#8. */
function parsePkcs8(text: string, passphrase: string | null): string | null {
  if (!PKCS8.test(text)) return null;
  try {
    const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase === null ? {} : { passphrase }) });
    const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs8';
    return key.export({ format: 'pem', type }).toString();
  } catch {
    return passphrase === null ? null : 'wrong-passphrase';
  }
}

/** The head of an OpenSSH private key, which is never encrypted: PROTOCOL.key of OpenSSH. */
function readOpensshHeader(text: string): { blob: Buffer; isEncrypted: boolean } | null {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END OPENSSH PRIVATE KEY-----/.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  if (bytes.subarray(0, OPENSSH_MAGIC.length).toString('latin1') !== OPENSSH_MAGIC) return null;
  try {
    const reader = createReader(bytes.subarray(OPENSSH_MAGIC.length));
    const cipher = reader.bytes().toString('latin1');
    reader.bytes();
    reader.bytes();
    reader.uint32();
    return { blob: reader.bytes(), isEncrypted: cipher !== 'none' };
  } catch {
    return null;
  }
}

async function readPublicHalf(path: string, parser: KeyParser): Promise<Buffer | null> {
  try {
    return parser.public((await readFile(`${path}.pub`, 'utf8')).trim());
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
