import { bytesOfWord } from '../logic/etc-step-lines.ts';
import { comparePaths, pathFromBytes } from '../logic/etc-path.ts';
import type { EtcFound, EtcSeen } from '../model/etc-act.ts';
import { EtcNodeType, type EtcPath } from '../model/etc.ts';

/** What `native/probes/etc-look.sh` says in its frame `etc`. */
export interface EtcLook {
  readonly found: readonly EtcFound[];
  /** Nothing can be written in /etc, also not by root. */
  readonly isReadOnly: boolean;
  /** What is written in /etc is gone at the next boot. */
  readonly isTransient: boolean;
  /** More was found than is told. */
  readonly isCut: boolean;
}

const LINE = /^(base|local) (\S+) (\w+):([0-7]{1,4}):(\d{1,10}):(\d{1,10}):(\d{1,15}):([0-9a-f]+|-) (\d{1,12})$/;

/** Reads it; lines that are not understood are left out. Null: it has not come to its end. */
export function parseEtcLook(text: string): EtcLook | null {
  const lines = text.split('\n');
  const places = new Map<EtcPath, { base: EtcSeen | null; local: EtcSeen | null }>();
  for (const line of lines) {
    const [, side, word = '', ...rest] = LINE.exec(line) ?? [];
    const bytes = bytesOfWord(word);
    const node = readNode(rest);
    if (!node || !bytes || bytes.length === 0) continue;
    const path = pathFromBytes(bytes);
    const place = places.get(path) ?? { base: null, local: null };
    places.set(path, side === 'base' ? { ...place, base: node } : { ...place, local: node });
  }
  if (!lines.includes('end')) return null;
  return {
    found: [...places].map(([path, sides]) => ({ path, ...sides })).sort((a, b) => comparePaths(a.path, b.path)),
    isReadOnly: lines.includes('read-only'),
    isTransient: lines.includes('transient'),
    isCut: lines.includes('cut'),
  };
}

function readNode([kind, mode = '', uid, gid, size, what = '', time]: readonly string[]): EtcSeen | null {
  const type = EtcNodeType.safeParse(kind);
  if (!type.success) return null;
  const isFile = type.data === 'file';
  if (isFile && !/^[0-9a-f]{64}$/.test(what)) return null;
  return {
    type: type.data,
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    hash: isFile ? what : null,
    link: type.data === 'symlink' ? pathFromBytes(bytesOfHex(what)) : null,
    changedAt: Number(time) * 1000,
  };
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}
