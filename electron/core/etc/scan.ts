import { randomBytes } from 'node:crypto';
import { createGunzip, type Gunzip } from 'node:zlib';
import { BerthError } from '../../../shared/errors/failure.ts';
import { createEtcParser, type EtcScan } from '../../../shared/parse/etc.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript } from '../ssh/run-script.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';
import type { TreeFolders } from './tree-folders.ts';

/** A slow disk, a slow link and 30,000 files: each walk of the script ends itself before that. */
const TIMEOUT_MS = 180_000;
/** More of one scan is not unpacked: what is compressed may be of any length. */
const MAX_BYTES = 768 * 1024 * 1024;

/** A host whose trees are to be read. */
export interface ScanAccess {
  readonly connection: SshConnection;
  readonly scripts: NativeScripts;
  /** With `none` the login user reads, and what that cannot see is told. */
  readonly root: RootAccess;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all versions of /etc that a comparison takes, in one round trip (`native/probes/etc.sh`); nothing is written on the host. What
 * comes is parsed as it comes. Rejects as `runScript` does, and with `etc.no-answer`, `facts.no-shell`.
 */
export async function scanEtc(
  { connection, scripts, root, signal }: ScanAccess,
  { root: before = '', backend, booted, target }: TreeFolders,
): Promise<EtcScan> {
  const divider = randomBytes(16).toString('hex');
  const parser = createEtcParser(divider);
  let unpacker: Unpacker | null = null;
  let bytesTaken = 0;
  const take = (bytes: Uint8Array) => {
    bytesTaken += bytes.length;
    if (bytesTaken > MAX_BYTES) throw new BerthError('etc.no-answer', { detail: 'it does not end' });
    parser.data(bytes);
  };
  const result = await runScript(connection, scripts, {
    script: 'probes/etc',
    args: [before, backend, booted, target, divider],
    root: root.kind === 'none' ? null : root,
    timeoutMs: TIMEOUT_MS,
    signal,
    onFrameBegin(name, [packing]) {
      parser.begin(name);
      unpacker = packing === 'gzip' ? createUnpacker(take) : null;
    },
    onFrameData: (_, bytes) => (unpacker ? unpacker.write(bytes) : take(bytes)),
    async onFrameEnd() {
      await unpacker?.end();
      unpacker = null;
      parser.end();
    },
  });
  const { frames, stray } = result;
  if (frames.length === 0) {
    throw new BerthError('facts.no-shell', { user: connection.target.user, detail: lastLine(stray) || 'no output' });
  }
  const last = frames.at(-1);
  if (last?.complete !== true)
    throw new BerthError('etc.no-answer', { detail: lastLine(last?.stderr ?? '') || 'it was cut off' });
  return parser.finish(new Map(frames.map(({ name, stderr }) => [name, stderr])));
}

interface Unpacker {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything was handed on. What is no gzip ends where it stops being one. */
  end(): Promise<void>;
}

function createUnpacker(onBytes: (bytes: Uint8Array) => void): Unpacker {
  const gunzip: Gunzip = createGunzip();
  let failed: unknown = null;
  const over = new Promise<void>((resolve) => {
    gunzip.on('end', resolve);
    gunzip.on('error', resolve);
    gunzip.on('close', resolve);
  });
  gunzip.on('data', (bytes: Buffer) => {
    try {
      onBytes(bytes);
    } catch (error) {
      failed = error;
      gunzip.destroy();
    }
  });
  const check = () => {
    if (failed instanceof Error) throw failed;
  };
  return {
    async write(bytes) {
      check();
      if (gunzip.destroyed || gunzip.writableEnded) return;
      // A copy: what is handed to us is a view.
      const hasRoom = gunzip.write(Uint8Array.from(bytes));
      if (!hasRoom) await Promise.race([new Promise((resolve) => gunzip.once('drain', resolve)), over]);
      check();
    },
    async end() {
      gunzip.end();
      await over;
      check();
    },
  };
}
