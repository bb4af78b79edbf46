import { useMemo } from 'react';
import { alignLines, countLines, type LineCounts } from '../../../shared/logic/line-columns.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import type { DecodedSides } from './file-view.tsx';

/** What the three versions say as text, and how much of it differs; null for what is no text or not there. */
export interface Texts {
  readonly lines: Readonly<Record<EtcSide, readonly string[] | null>>;
  /** Null unless all three are text. */
  readonly counts: LineCounts | null;
}

export function useTexts({ base, local, target }: DecodedSides): Texts {
  return useMemo(() => {
    const lines = { base: linesOf(base), local: linesOf(local), target: linesOf(target) };
    return { lines, counts: countsOf(lines) };
  }, [base, local, target]);
}

function linesOf(decoded: DecodedSides[EtcSide]): readonly string[] | null {
  return decoded?.kind === 'text' ? decoded.lines : null;
}

function countsOf({ base, local, target }: Texts['lines']): LineCounts | null {
  if (!base || !local || !target) return null;
  return countLines(alignLines(base, [local, target]), [base, local, target]);
}
