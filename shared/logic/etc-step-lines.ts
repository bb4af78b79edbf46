import type { EtcFileAct, EtcSeen } from '../model/etc-act.ts';
import type { EtcPath } from '../model/etc.ts';
import { bytesOfPath } from './etc-path.ts';
import type { EtcStep } from './etc-steps.ts';

/** A name as one plain word for a host: bytes that are not plain as `\0ooo`, as `printf %b` takes it. */
export function etcWord(path: EtcPath): string {
  return Array.from(bytesOfPath(path), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9@%+=:,./_-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
  }).join('');
}

/** The other way; null: not such a word. */
export function bytesOfWord(word: string): Uint8Array | null {
  if (!/^(?:[A-Za-z0-9@%+=:,./_-]|\\0[0-3][0-7]{2})*$/.test(word)) return null;
  const parts = word.match(/\\0[0-7]{3}|./g) ?? [];
  return Uint8Array.from(parts, (part) => (part.length > 1 ? Number.parseInt(part.slice(2), 8) : part.charCodeAt(0)));
}

/** A node as `etc_state` in `native/lib/etc-program.sh` tells it: `-`, or type, mode, uid, gid, size and SHA-256 or target. */
export function etcState(node: EtcSeen | null): string {
  if (!node) return '-';
  const { type, mode, uid, gid, size, hash, link } = node;
  const what = type === 'symlink' ? hexOf(bytesOfPath(link ?? '')) : type === 'file' ? (hash ?? '?') : '-';
  return [type, mode.toString(8), uid, gid, type === 'file' || type === 'symlink' ? size : 0, what].join(':');
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Steps as the host is told them, a line each: kind, path, what has to be there, `home` or `host` (where what was there before is saved), then
 * `file`: position of its content, SHA-256, mode, uid, gid; `link`: target, uid, gid; `directory`: mode, uid, gid. Positions count from 1
 * over the distinct `contents`, which come in this order.
 */
export function etcStepLines(
  steps: readonly EtcStep[],
  acts: readonly EtcFileAct[],
): { readonly lines: readonly string[]; readonly contents: readonly string[] } {
  const contents = [
    ...new Set(acts.flatMap((act) => (act.act === 'write' && isPut(steps, act.path) ? [act.content.hash] : []))),
  ];
  const lines = steps.map((step) => {
    const expect = step.expect === 'made' ? 'made' : etcState(step.expect);
    return [step.kind, etcWord(step.path), expect, step.isSecret ? 'host' : 'home', ...wordsOf(step, contents)].join(
      ' ',
    );
  });
  return { lines, contents };
}

function isPut(steps: readonly EtcStep[], path: EtcPath): boolean {
  return steps.some((step) => step.kind === 'file' && step.path === path);
}

function wordsOf({ kind, then }: EtcStep, contents: readonly string[]): readonly (string | number)[] {
  if (!then) return [];
  const { mode, uid, gid, hash, link } = then;
  if (kind === 'file') return [contents.indexOf(hash ?? '') + 1, hash ?? '', mode.toString(8), uid, gid];
  if (kind === 'link') return [etcWord(link ?? ''), uid, gid];
  return kind === 'directory' ? [mode.toString(8), uid, gid] : [];
}
