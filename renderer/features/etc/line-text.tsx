import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { plural } from '../../../shared/logic/format.ts';
import type { LinePart } from '../../../shared/logic/line-words.ts';
import { showLine } from './decode-text.ts';
import type { SideContent } from './use-file-content.ts';

/** More of a line nobody reads, and it would be slow to lay out. */
const LONGEST = 2000;

/** The text of a line, what differs in it marked. */
export function LineText({
  parts,
  isOld,
}: {
  readonly parts: readonly LinePart[];
  readonly isOld: boolean;
}): ReactNode {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  return (
    <span className="ln__text">
      {cutParts(parts).map(({ text, changed }, index) => {
        const shown = showLine(text);
        if (!changed) return <span key={index}>{shown}</span>;
        return isOld ? <del key={index}>{shown}</del> : <ins key={index}>{shown}</ins>;
      })}
      {length > LONGEST && <span className="b-subtle"> … {plural(length - LONGEST, 'more character')}</span>}
    </span>
  );
}

function cutParts(parts: readonly LinePart[]): readonly LinePart[] {
  const cut: LinePart[] = [];
  let left = LONGEST;
  for (const { text, changed } of parts) {
    if (left > 0 && text !== '') cut.push({ text: text.slice(0, left), changed });
    left -= text.length;
  }
  return cut;
}

/** Why a version has no lines. */
export function whyNoLines(content: SideContent | undefined): string {
  switch (content?.kind) {
    case 'failed':
      return describe(content.failure).text;
    case 'none':
      return content.text;
    case 'absent':
    case 'masked':
    case 'loading':
    case 'content':
    case undefined:
      return 'Not there.';
  }
}
