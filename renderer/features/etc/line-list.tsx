import { useMemo, useState, type ReactNode } from 'react';
import type { EtcSide, EtcView } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { cellsOf, columnsOf, markLooks } from './column-rows.ts';
import { sideTitle } from './entry-words.ts';
import { LineText, whyNoLines } from './line-text.tsx';
import type { SideContent } from './use-file-content.ts';
import type { Texts } from './use-texts.ts';

/** Changes that are listed at a time: a list of thousands is no help to anybody. */
const AT_A_TIME = 200;

/** The changes one after the other, each version of a line in words: to be read line by line, by eyes or by a screen reader. */
export function LineList({
  sides,
  contents,
  texts,
  path,
  view,
}: {
  readonly sides: readonly EtcSide[];
  readonly contents: readonly SideContent[];
  readonly texts: Texts;
  readonly path: string;
  readonly view: EtcView;
}): ReactNode {
  const [most, setMost] = useState(AT_A_TIME);
  const columns = useMemo(() => columnsOf(sides, texts), [sides, texts]);
  const changes = useMemo(() => columns.blocks.flatMap((block) => (block.kind === 'row' ? [block.at] : [])), [columns]);
  const absent = sides.filter((side) => !columns.present.includes(side));

  return (
    <div
      className="etcfile__body etclist-lines"
      data-file-content
      tabIndex={0}
      role="region"
      aria-label={`Changes of /etc/${path}`}
    >
      {absent.map((side) => (
        <p key={side}>
          {sideTitle(side, view)}: {whyNoLines(contents[sides.indexOf(side)])}
        </p>
      ))}
      {changes.length === 0 && <p>No line differs.</p>}
      <ol>
        {changes.slice(0, most).map((at) => (
          <li key={at.join(' ')}>
            <dl>
              {cellsOf(columns, at).map(({ side, mark, number, parts }) => (
                <div key={side} className={`ln--${mark}`}>
                  <dt>
                    {sideTitle(side, view)}
                    {number === null ? '' : `, line ${String(number)}`}
                    {mark === 'same' ? '' : `: ${markLooks[mark].words}`}
                  </dt>
                  {number !== null && (
                    <dd>
                      <LineText parts={parts} isOld={mark === 'replaced'} />
                    </dd>
                  )}
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
      {changes.length > most && (
        <Button onClick={() => setMost(most + AT_A_TIME)}>
          Show {Math.min(AT_A_TIME, changes.length - most)} more of {changes.length}
        </Button>
      )}
    </div>
  );
}
