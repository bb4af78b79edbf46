import { memo, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { JournalClock } from '../../../shared/logic/journal-time.ts';
import { PRIORITY_NAMES } from '../../../shared/logic/journal-lines.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { Icon } from '../../components/icon.tsx';
import { hostHue } from './host-hue.ts';
import type { ListHost } from './journal-list.tsx';
import type { JournalRow } from './journal-rows.ts';
import { Priority } from './priority.tsx';

/** Of a message on one line; the details have all of it. */
const SHOWN = 600;

export interface JournalLineProps {
  readonly id: string;
  readonly number: number;
  readonly row: JournalRow;
  readonly host: ListHost | null;
  readonly withHost: boolean;
  readonly isNewBoot: boolean;
  readonly clock: JournalClock;
  /** CSS pixels. */
  readonly top: number;
  readonly cursor: boolean;
}

/** One entry on one line, or what is missing here. The grid has the focus, so nothing in here takes it. */
export const JournalLine = memo(function JournalLine(props: JournalLineProps): ReactNode {
  const { id, number, row, host, withHost, isNewBoot, clock, top, cursor } = props;
  const priority = row.kind === 'entry' ? row.e.priority : null;
  const classes = [
    'logs-line',
    cursor && 'is-cursor',
    isNewBoot && 'is-boot',
    row.kind === 'gap' && 'is-gap',
    priority !== null && priority <= 3 && 'is-bad',
    priority !== null && priority >= 7 && 'is-debug',
  ];
  return (
    <div
      id={id}
      role="row"
      aria-selected={cursor}
      data-line={number}
      data-priority={priority === null ? undefined : PRIORITY_NAMES[priority]}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${String(top)}px)` }}
    >
      {row.kind === 'gap' ? (
        <span role="gridcell" className="logs-gap">
          <Icon name="exclamation-triangle" tone="warn" />
          {plural(row.count, 'entry', 'entries')}
          {host && withHost ? ` of ${host.short}` : ''} left out here: more came than could be kept. They are in the
          journal of the host.
        </span>
      ) : (
        <Cells entry={row.e} host={withHost ? host : null} h={row.h} clock={clock} isNewBoot={isNewBoot} />
      )}
    </div>
  );
});

function Cells({
  entry,
  host,
  h,
  clock,
  isNewBoot,
}: {
  readonly entry: JournalEntry;
  readonly host: ListHost | null;
  readonly h: number;
  readonly clock: JournalClock;
  readonly isNewBoot: boolean;
}): ReactNode {
  const { realtimeUs, priority, identifier, unit, pid } = entry;
  const who = identifier === '' ? (unit ?? '–') : identifier;
  return (
    <>
      <span role="gridcell" className="logs-time b-num">
        {clock.short(realtimeUs)}
      </span>
      {host && (
        <span role="gridcell" className="logs-host b-cut" style={hostHue(h)}>
          {host.short}
        </span>
      )}
      <span role="gridcell">
        <Priority priority={priority} />
      </span>
      <span role="gridcell" className="b-cut" title={unit ?? undefined}>
        {who}
        {pid !== null && <span className="b-subtle">[{pid}]</span>}
      </span>
      <span role="gridcell" className="logs-message b-cut">
        {isNewBoot && <span className="logs-newboot">new boot</span>}
        <Message entry={entry} />
      </span>
    </>
  );
}

function Message({ entry: { message, cut, binary } }: { readonly entry: JournalEntry }): ReactNode {
  if (cut === null) return <i className="b-subtle">too large to be sent: see the details</i>;
  const line = message.length > SHOWN ? `${message.slice(0, SHOWN)}…` : message;
  return (
    <>
      {binary && <span className="logs-mark">binary</span>}
      {line.includes('\n') ? line.replaceAll('\n', ' ⏎ ') : line}
      {cut > 0 && <span className="b-subtle"> …</span>}
    </>
  );
}
