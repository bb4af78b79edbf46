import type { ParsedFrame } from './frames.ts';
import { cleanText } from './text.ts';

/** What `native/probes/changes.sh` and the same frame of `facts.sh` tell. `stamps` equal and `bootId` equal: nothing changed. */
export interface Changes {
  readonly bootId: string;
  /** One opaque line, to be compared only. */
  readonly stamps: string;
  /** When the staged deployment was staged, epoch ms; null: nothing is staged. */
  readonly stagedAt: number | null;
}

const STAGED = new Set(['/run/ostree/staged-deployment', '/run/composefs/staged-deployment']);

/** Reads the frame `changes` (lines: native/lib/changes.sh); null when there is none, or it is cut. */
export function parseChanges(frames: readonly ParsedFrame[]): Changes | null {
  const frame = frames.find(({ name }) => name === 'changes');
  if (!frame?.complete) return null;
  let bootId = '';
  let stagedAt: number | null = null;
  const stamps: string[] = [];
  for (const line of frame.stdout.split('\n', 50)) {
    const boot = /^boot (\S{1,64})$/.exec(line);
    const stamp = /^(\/\S{1,255}) \d+ (\d{1,12}) /.exec(line);
    if (boot) bootId = cleanText(boot[1] ?? '');
    if (!stamp) continue;
    stamps.push(cleanText(line, 512));
    if (STAGED.has(stamp[1] ?? '')) stagedAt = Number(stamp[2]) * 1000;
  }
  return { bootId, stamps: stamps.join(' | '), stagedAt };
}
