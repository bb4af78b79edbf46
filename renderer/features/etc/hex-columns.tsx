import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, type ReactNode } from 'react';
import type { EtcSide } from '../../../shared/model/etc.ts';
import { sizeText } from './entry-words.ts';
import { whyNoLines } from './line-text.tsx';
import type { SideContent } from './use-file-content.ts';

/** Height of a row, CSS pixels; the style sheet says the same. */
const LINE = 19;
const rowHeight = () => LINE;

/** Bytes beside each other at the same offset; what is not the same byte everywhere is marked. */
export function HexColumns({
  sides,
  contents,
}: {
  readonly sides: readonly EtcSide[];
  readonly contents: readonly SideContent[];
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = sides.length === 3 ? 8 : 16;
  const bytes = contents.map((content) => (content.kind === 'content' ? content.bytes : null));
  const count = Math.ceil(Math.max(0, ...bytes.map((each) => each?.length ?? 0)) / width);
  const getScrollElement = useCallback(() => box.current, []);
  const virtual = useVirtualizer({ count, getScrollElement, estimateSize: rowHeight, overscan: 12 });

  return (
    <div
      ref={box}
      className="etclines etchex"
      role="table"
      aria-label="Bytes"
      aria-rowcount={count + 1}
      tabIndex={0}
      data-file-content
    >
      <div role="row" aria-rowindex={1} className={`tri tri--${String(sides.length)} etchex__sizes`}>
        {contents.map((content, column) => (
          <span key={sides[column]} role="cell">
            {content.kind === 'content' ? `Binary, ${sizeText(content.size)}` : whyNoLines(content)}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ blockSize: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className={`tri tri--${String(sides.length)} etclines__row`}
            style={{ transform: `translateY(${String(start)}px)` }}
          >
            {bytes.map((each, column) => (
              <HexCell key={sides[column]} bytes={each} others={bytes} offset={index * width} width={width} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function HexCell({
  bytes,
  others,
  offset,
  width,
}: {
  readonly bytes: Uint8Array | null;
  readonly others: readonly (Uint8Array | null)[];
  readonly offset: number;
  readonly width: number;
}): ReactNode {
  const row = bytes?.subarray(offset, offset + width) ?? new Uint8Array();
  if (row.length === 0) return <span role="cell" className="hex" />;
  const differs = [...row].map((byte, at) => others.some((other) => other !== null && other[offset + at] !== byte));
  return (
    <span role="cell" className="hex">
      <span className="hex__offset">{offset.toString(16).padStart(6, '0')}</span>
      <span className="hex__bytes">
        {[...row].map((byte, at) => {
          const text = byte.toString(16).padStart(2, '0');
          return differs[at] ? <ins key={at}>{text}</ins> : <span key={at}>{text}</span>;
        })}
      </span>
      <span className="hex__text">{[...row].map(printable).join('')}</span>
    </span>
  );
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
