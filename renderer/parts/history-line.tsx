import { memo, type ReactNode } from 'react';
import { formatDate, formatDuration } from '../../shared/logic/format.ts';
import { hostNameOf, outcomeWords, startOf, whatWords, whoOf } from '../../shared/logic/history-words.ts';
import { outcomeHeadline } from '../../shared/logic/outcome.ts';
import type { HostKeyChange } from '../../shared/model/host-key-change.ts';
import type { HistoryEntry, HistoryOperation } from '../../shared/model/history.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { StateWord, type Tone } from '../components/icon.tsx';
import type { IconName } from '../components/icons.ts';
import { routeHref } from '../state/route.ts';
import { operationState, outcomeLook } from './operation-state.ts';

export interface HistoryLineProps {
  readonly id: string;
  /** Among the lines, from 0. */
  readonly index: number;
  /** Null: on its way. */
  readonly entry: HistoryEntry | null;
  /** What is known of it now, where it has not ended or has ended just now. */
  readonly live: Operation | null;
  readonly withHost: boolean;
  /** CSS pixels. */
  readonly top: number;
  readonly cursor: boolean;
  /** Epoch ms, for the running time of what runs. */
  readonly now: number;
}

/** One thing that was done. The grid has the focus, so nothing in here takes it. */
export const HistoryLine = memo(function HistoryLine(props: HistoryLineProps): ReactNode {
  const { id, index, entry, live, withHost, top, cursor, now } = props;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={cursor}
      data-line={index}
      className={cursor ? 'hist-line is-cursor' : 'hist-line'}
      style={{ transform: `translateY(${top}px)` }}
    >
      {entry && <Cells entry={entry} live={live} withHost={withHost} now={now} />}
    </div>
  );
});

function Cells({
  entry,
  live,
  withHost,
  now,
}: Pick<HistoryLineProps, 'live' | 'withHost' | 'now'> & { readonly entry: HistoryEntry }): ReactNode {
  const what = whatWords(entry);
  const { text, ...look } = resultOf(entry, live);
  return (
    <>
      <span role="rowheader" className="b-cut" title={what}>
        {entry.kind === 'operation' && entry.kept !== 'entry' ? (
          <a className="hist-link" tabIndex={-1} href={routeHref({ page: 'operation', operationId: entry.id })}>
            {what}
          </a>
        ) : (
          what
        )}
      </span>
      {withHost && (
        <span role="gridcell" className="b-cut" title={hostNameOf(entry)}>
          {hostNameOf(entry)}
        </span>
      )}
      <span role="gridcell" className="b-cut" title={text}>
        <StateWord {...look}>{entry.kind === 'host-key' ? keysInShort(entry.change) : text}</StateWord>
      </span>
      <span role="gridcell" className="b-num b-cut">
        {formatDate(startOf(entry))}
      </span>
      <span role="gridcell" className="b-num b-cut">
        {entry.kind === 'operation' ? formatDuration((live?.endedAt ?? entry.endedAt ?? now) - entry.startedAt) : '–'}
      </span>
      <span role="gridcell" className="b-cut" title={whoOf(entry)}>
        {whoOf(entry)}
      </span>
    </>
  );
}

/** As much of a fingerprint as one tells two apart by at a glance. */
const FINGERPRINT_LENGTH = 'SHA256:'.length + 10;

/** Both keys have room in a line; they stand in full beside the list. */
function keysInShort({ oldFingerprints, newFingerprint }: HostKeyChange): string {
  const short = (fingerprint: string) =>
    fingerprint.length > FINGERPRINT_LENGTH ? `${fingerprint.slice(0, FINGERPRINT_LENGTH)}…` : fingerprint;
  return `${oldFingerprints.map(short).join(', ')} replaced by ${short(newFingerprint)}`;
}

/** How it ended, or how far it is, with its look. */
export function resultOf(
  entry: HistoryEntry,
  live: Operation | null,
): { readonly text: string; readonly icon: IconName; readonly tone: Tone } {
  if (entry.kind === 'etc-reveal') return { text: outcomeWords(entry), icon: 'eye', tone: 'muted' };
  if (entry.kind === 'host-key') return { text: outcomeWords(entry), icon: 'key', tone: 'muted' };
  const outcome = live?.outcome ?? entry.outcome;
  if (outcome)
    return { text: outcomeWords(withOutcome(entry, outcome)), ...outcomeLook[outcomeHeadline(outcome).tone] };
  if (live) return operationState(live, null);
  return { text: outcomeWords(entry), icon: entry.endedAt === null ? 'in-progress' : 'question-circle', tone: 'muted' };
}

function withOutcome(entry: HistoryOperation, outcome: HistoryOperation['outcome']): HistoryOperation {
  return { ...entry, outcome };
}
