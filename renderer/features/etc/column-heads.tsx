import { Fragment, type ReactNode } from 'react';
import { formatDate } from '../../../shared/logic/format.ts';
import type { EtcComparison, EtcEntry, EtcSide } from '../../../shared/model/etc.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { metaParts, sideTitle } from './entry-words.ts';
import type { DecodedSides } from './file-view.tsx';

/** Over each column: which version it is, of which deployment, what is told of it besides its content, and whether it wins. */
export function ColumnHeads({
  comparison,
  entry,
  sides,
  decoded,
}: {
  readonly comparison: EtcComparison;
  readonly entry: EtcEntry;
  readonly sides: readonly EtcSide[];
  readonly decoded: DecodedSides;
}): ReactNode {
  return (
    <div className={`tri tri--${String(sides.length)} tri--heads`}>
      {sides.map((side) => {
        const node = entry[side];
        const badge = badgeOf(side, entry, comparison);
        return (
          <div key={side} className={badge?.wins ? 'tri__h is-winner' : 'tri__h'}>
            <div className="tri__title">
              <h3>{sideTitle(side, comparison.view)}</h3>
              <span className="b-subtle b-small b-cut">{versionOf(side, entry, comparison)}</span>
              <span className="b-grow" />
              {badge && (
                <span className={badge.wins ? 'tri__badge is-winner' : 'tri__badge'}>
                  <Icon name={badge.icon} /> <span>{badge.text}</span>
                </span>
              )}
            </div>
            <span className="tri__meta">
              {node
                ? metaParts(node, side === 'base' ? null : entry.base).map(({ text, differs }, index) => (
                    <Fragment key={index}>
                      {index > 0 && ' '}
                      {differs ? <b title="Not as the image has it now">{text}</b> : text}
                    </Fragment>
                  ))
                : 'not there'}
              {encodingOf(decoded[side])}
            </span>
          </div>
        );
      })}
    </div>
  );
}

/** What is worth a word: all but UTF-8 with line feeds. */
function encodingOf(decoded: DecodedSides[EtcSide]): string {
  if (decoded === null) return '';
  if (decoded.kind === 'binary') return ', binary';
  const words = [
    ...(decoded.encoding === 'UTF-8' ? [] : [decoded.encoding]),
    ...(decoded.ending === 'LF' ? [] : [decoded.ending === 'mixed' ? 'mixed line ends' : decoded.ending]),
    ...(decoded.endsOpen ? ['no line feed at the end'] : []),
  ];
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}

function versionOf(side: EtcSide, entry: EtcEntry, { booted, target }: EtcComparison): string {
  if (side === 'base') return booted.version ?? '';
  if (side === 'target') return target?.version ?? '';
  if (entry.here === 'same') return 'not changed';
  if (!entry.local) return 'deleted';
  return `${entry.here === 'added' ? 'added' : 'edited'} ${formatDate(entry.local.changedAt).replace(/, .*/, '')}`;
}

interface Badge {
  readonly text: string;
  readonly icon: IconName;
  readonly wins: boolean;
}

/** What becomes of a version at the next boot, where it is not plain. */
function badgeOf(
  side: EtcSide,
  { result, here, there, outcome, target }: EtcEntry,
  { view }: EtcComparison,
): Badge | null {
  if (view !== 'staged' || side === 'base') return null;
  if (outcome === 'blocker') return side === 'target' ? { text: 'Does not arrive', icon: 'ban', wins: false } : null;
  if (side === 'local') {
    if (result === 'local') return { text: 'Stays', icon: 'check', wins: true };
    if (result === 'absent' && here === 'deleted') return { text: 'Stays deleted', icon: 'check', wins: true };
    return result === 'target' && here !== 'same' ? { text: 'Is lost', icon: 'trash', wins: false } : null;
  }
  if (result === 'target') return { text: 'Arrives', icon: 'check', wins: true };
  const isNews = there !== null && there !== 'same' && target !== null;
  return isNews && (result === 'local' || result === 'absent')
    ? { text: 'Does not arrive', icon: 'eye-slash', wins: false }
    : null;
}
