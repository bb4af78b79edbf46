import { useMemo } from 'react';
import { alignLines, countLines, type LineBlock, type LineCounts } from '../../../shared/logic/line-columns.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import type { DecodedSides } from './file-view.tsx';
import type { MergeTexts } from './merge-dialog.tsx';

/** What the three versions say as text, and how much of it differs; null for what is no text or not there. */
export interface Texts {
  readonly lines: Readonly<Record<EtcSide, readonly string[] | null>>;
  /** All three beside each other, and counted; null unless all are text. */
  readonly blocks: readonly LineBlock[] | null;
  readonly counts: LineCounts | null;
  /** All three whole, as what a merge can be written back from; null where one is not there, cut or not UTF-8. */
  readonly merge: MergeTexts | null;
}

export function useTexts({ base, local, target }: DecodedSides, isCut: boolean): Texts {
  return useMemo(() => {
    const lines = { base: linesOf(base), local: linesOf(local), target: linesOf(target) };
    return { lines, ...comparedOf(lines), merge: isCut ? null : mergeOf(base, local, target) };
  }, [base, local, target, isCut]);
}

function linesOf(decoded: DecodedSides[EtcSide]): readonly string[] | null {
  return decoded?.kind === 'text' ? decoded.lines : null;
}

function mergeOf(...sides: readonly DecodedSides[EtcSide][]): MergeTexts | null {
  const [base, local, target] = sides.map((side) =>
    side?.kind === 'text' && side.encoding === 'UTF-8' ? side.text : null,
  );
  return typeof base === 'string' && typeof local === 'string' && typeof target === 'string'
    ? { base, local, target }
    : null;
}

function comparedOf({ base, local, target }: Texts['lines']): Pick<Texts, 'blocks' | 'counts'> {
  if (!base || !local || !target) return { blocks: null, counts: null };
  const blocks = alignLines(base, [local, target]);
  return { blocks, counts: countLines(blocks, [base, local, target]) };
}
