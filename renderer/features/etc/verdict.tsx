import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import { IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { metadataSentence, outcomeLooks } from './entry-words.ts';
import type { Texts } from './use-texts.ts';

/** What will come of the file, in a sentence, and what the marks of the lines mean. */
export function Verdict({
  comparison,
  entry,
  texts,
  isWhole,
  onStep,
}: {
  readonly comparison: EtcComparison;
  readonly entry: EtcEntry;
  readonly texts: Texts;
  readonly isWhole: boolean;
  /** Null: there are no lines to go through. */
  readonly onStep: ((step: 1 | -1) => void) | null;
}): ReactNode {
  const { icon, tone } = outcomeLooks[entry.outcome];
  const hasLines = texts.lines.local !== null || texts.lines.base !== null;
  return (
    <div className="etcverdict" aria-live="polite">
      <p>
        <Icon name={icon} tone={tone} />
        <span>
          <b className="b-strong">{entry.reason}</b> {isWhole && lostLines(entry, comparison, texts)}{' '}
          {metadataSentence([entry.base, entry.local, comparison.view === 'drift' ? null : entry.target])}
          {entry.toolWords !== null && (
            <>
              {' '}
              The tool says: <Mono>{entry.toolWords}</Mono>
            </>
          )}
        </span>
      </p>
      <div className="etcverdict__more">
        <span className="b-grow">{isWhole && mergeText(entry, texts)}</span>
        {hasLines && (
          <>
            {onStep && (
              <span className="etcverdict__steps">
                <IconButton icon="arrow-up" label="Change before (Shift-F7)" onClick={() => onStep(-1)} />
                <IconButton icon="arrow-down" label="Next change (F7)" onClick={() => onStep(1)} />
              </span>
            )}
            <Legend isThreeWay={comparison.view !== 'drift'} />
          </>
        )}
      </div>
    </div>
  );
}

/** What of the image does not arrive, counted. */
function lostLines({ outcome, result }: EtcEntry, { target }: EtcComparison, { counts }: Texts): string {
  if (outcome !== 'masked' || result !== 'local' || !counts || counts.image === 0) return '';
  const lines = plural(counts.image, 'changed line');
  const version = target?.version;
  return `${lines}${version === undefined || version === null ? '' : ` of ${version}`} ${counts.image === 1 ? 'does' : 'do'} not arrive.`;
}

function mergeText({ outcome }: EtcEntry, { counts }: Texts): string {
  if (outcome !== 'masked' || !counts || counts.image === 0 || counts.here === 0) return '';
  const { image, mergeable, conflicts, firstConflict } = counts;
  if (conflicts === 0) return image === 1 ? 'A line merge takes it.' : `A line merge takes all ${String(image)}.`;
  const taken =
    mergeable === 0
      ? 'A line merge takes none by itself'
      : `A line merge takes ${String(mergeable)} of the ${String(image)}`;
  if (conflicts > 1) return `${taken}; ${String(conflicts)} places changed on both sides and need you.`;
  const place = firstConflict === null ? 'one place' : `line ${String(firstConflict)}`;
  return `${taken}; ${place} changed on both sides and needs you.`;
}

function Legend({ isThreeWay }: { readonly isThreeWay: boolean }): ReactNode {
  return (
    <ul className="etclegend" aria-label="Marks">
      <li>
        <b className="is-here">✎</b>changed here
      </li>
      {isThreeWay && (
        <>
          <li>
            <b className="is-image">+</b>changed by the image
          </li>
          <li>
            <b className="is-both">≠</b>both
          </li>
        </>
      )}
      <li>
        <b>−</b>replaced
      </li>
    </ul>
  );
}
