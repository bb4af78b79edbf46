import { BerthError } from '../../../shared/errors/failure.ts';
import { bytesOfPath, pathFromBytes, showPath } from '../../../shared/logic/etc-path.ts';
import { isSecretPath } from '../../../shared/logic/etc-secrets.ts';
import { MAX_ETC_CONTENT } from '../../../shared/model/etc-limits.ts';
import type { EtcContent, EtcNode, EtcPath, EtcSide } from '../../../shared/model/etc.ts';
import { nodeFromStat } from '../../../shared/parse/etc-nodes.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import { runScript } from '../ssh/run-script.ts';
import type { ScanAccess } from './scan.ts';
import type { TreeFolders } from './tree-folders.ts';

/** A megabyte over a slow link. */
const TIMEOUT_MS = 60_000;
/** The line of stat in front of the bytes. */
const MAX_HEAD = 400;
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;

/** A piece of one version of a file: `length` bytes from `offset` on. */
export interface PieceRequest {
  readonly side: EtcSide;
  readonly path: EtcPath;
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a file; of a link where it points, of everything else none. */
export interface Piece {
  /** Null: there is nothing at the path. */
  readonly node: EtcNode | null;
  readonly bytes: Uint8Array;
}

/** Refuses with `etc.path-refused` what is no path below /etc, such as one with `..` in it. */
export function requireEtcPath(path: EtcPath): void {
  const parts = path.split('/');
  if (path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new BerthError('etc.path-refused', { path: showPath(path).slice(0, 200) });
  }
}

/** What a path or its content says of itself: to be shown only to who has confirmed that. */
export function isSecret(path: EtcPath, bytes: Uint8Array): boolean {
  return isSecretPath(path) || PRIVATE_KEY.test(Buffer.from(bytes).toString('latin1'));
}

/**
 * Reads a piece of a file (`native/probes/etc-content.sh`); no link is followed. Says nothing about secrets: that is for whoever shows
 * it. Rejects as `runScript` does, and with `etc.path-refused`, `etc.unreadable`, `etc.no-answer`.
 */
export async function readPiece(
  { connection, scripts, root, signal }: ScanAccess,
  { root: before = '', backend, booted, target }: TreeFolders,
  { side, path, offset, length }: PieceRequest,
): Promise<Piece> {
  requireEtcPath(path);
  if (side === 'target' && target === '') return { node: null, bytes: new Uint8Array() };
  const chunks: Buffer[] = [];
  let room = Math.min(length, MAX_ETC_CONTENT) + MAX_HEAD;
  const { frames } = await runScript(connection, scripts, {
    script: 'probes/etc-content',
    args: [before, backend, booted, target, side, forPrintf(path), String(offset), String(length)],
    root: root.kind === 'none' ? null : root,
    timeoutMs: TIMEOUT_MS,
    signal,
    onFrameData(_, bytes) {
      const kept = bytes.subarray(0, room);
      room -= kept.length;
      chunks.push(Buffer.from(kept));
    },
  });
  const [frame] = frames;
  const answer = Buffer.concat(chunks);
  const end = answer.indexOf('\n');
  const bytes = answer.subarray(end + 1, end + 1 + length);
  const said = lastLine(frame?.stderr ?? '');
  const isComplete = frame?.complete === true && frame.exitCode === 0;
  if (isComplete && end !== -1) {
    const node = nodeFromStat(answer.subarray(0, end).toString('latin1'), '', '');
    if (node) {
      const { inode: _, ...rest } = node;
      return { node: { ...rest, link: rest.type === 'symlink' ? pathFromBytes(bytes) : null }, bytes };
    }
  }
  if (/No such file or directory$|Not a directory$/.test(said)) return { node: null, bytes: new Uint8Array() };
  if (said === '' || !frame) throw new BerthError('etc.no-answer', { detail: said || 'no output' });
  throw new BerthError('etc.unreadable', { path: showPath(path), detail: said });
}

/** A piece as a page gets it. */
export function toContent({ node, bytes }: Piece, offset: number): EtcContent {
  return { node, base64: Buffer.from(bytes).toString('base64'), offset, size: node?.size ?? 0 };
}

/** Every byte as `\0ooo`: there is nothing in it that a shell, printf or a log could take for something else. */
function forPrintf(path: EtcPath): string {
  return [...bytesOfPath(path)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
