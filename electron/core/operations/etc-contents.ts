import { createHash } from 'node:crypto';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { EtcNewContent } from '../../../shared/model/etc-act.ts';
import { etcActLimits } from '../../../shared/model/etc-limits.ts';
import { formatBytes } from '../../../shared/logic/format.ts';

/** So much of what was handed over is kept at hand; the oldest goes first. */
const MAX_BYTES = 64 * 1024 * 1024;

/** New content for files of /etc, from a page or from another host, on its way to hosts: in memory alone, never on the disk. */
export interface EtcContents {
  /** Rejects what is too large with `etc.too-large`. */
  put(bytes: Uint8Array): EtcNewContent;
  /** Null: it is not at hand (any more). */
  get(hash: string): Uint8Array | null;
}

export function createEtcContents(): EtcContents {
  const kept = new Map<string, Uint8Array>();
  let total = 0;

  function drop(hash: string): void {
    total -= kept.get(hash)?.length ?? 0;
    kept.delete(hash);
  }

  return {
    put(bytes) {
      const size = bytes.length;
      if (size > etcActLimits.content) {
        throw new BerthError('etc.too-large', { path: 'The new content', size: formatBytes(size) });
      }
      const hash = createHash('sha256').update(bytes).digest('hex');
      drop(hash);
      kept.set(hash, Uint8Array.from(bytes));
      total += size;
      for (const [oldest] of kept) {
        if (total <= MAX_BYTES) break;
        drop(oldest);
      }
      return { hash, size };
    },
    get: (hash) => kept.get(hash) ?? null,
  };
}
