import { useEffect, useState, type ReactNode } from 'react';
import { formatBytes } from '../../../shared/logic/format.ts';
import { entryText } from '../../../shared/logic/journal-lines.ts';
import { canFilterBy } from '../../../shared/logic/journal-terms.ts';
import type { JournalClock } from '../../../shared/logic/journal-time.ts';
import type { JournalDetails, JournalEntry } from '../../../shared/model/journal.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { Priority } from './priority.tsx';

/** Characters of one value that are drawn. */
const DRAWN = 4_000;

type State =
  | { readonly kind: 'reading'; readonly cursor: string }
  | { readonly kind: 'known'; readonly cursor: string; readonly details: JournalDetails }
  | { readonly kind: 'failed'; readonly cursor: string; readonly text: string };

/** One entry with all its fields; each can be filtered by. */
export function EntryDetails({
  hostId,
  hostName,
  entry,
  clock,
  isContext,
  onFilter,
  onContext,
  onClose,
}: {
  readonly hostId: string;
  readonly hostName: string;
  readonly entry: JournalEntry;
  readonly clock: JournalClock;
  readonly isContext: boolean;
  readonly onFilter: (field: string, value: string) => void;
  readonly onContext: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const { cursor } = entry;
  const [state, setState] = useState<State>({ kind: 'reading', cursor });
  useEffect(() => {
    let isWanted = true;
    client.journal.details({ hostId, cursor }).then(
      (details) => {
        if (isWanted) setState({ kind: 'known', cursor, details });
      },
      (error: unknown) => {
        if (isWanted) setState({ kind: 'failed', cursor, text: failureText(failureOf(error)) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [client, hostId, cursor]);
  const current = state.cursor === cursor ? state : { kind: 'reading' as const };
  const message =
    (current.kind === 'known' ? current.details.fields.find(({ name }) => name === 'MESSAGE')?.value : undefined) ??
    entry.message;

  return (
    <aside className="logs-details" aria-label="Entry">
      <div className="logs-details__head">
        <Priority priority={entry.priority} />
        <h2 className="b-cut">{entry.identifier === '' ? (entry.unit ?? 'Entry') : entry.identifier}</h2>
        <CopyButton text={entryText(entry, hostName)} what="the entry" />
        <IconButton icon="times" label="Close the details" onClick={onClose} />
      </div>
      <p className="logs-details__time b-num">
        {clock.full(entry.realtimeUs)}
        <span className="b-subtle">, {(entry.monotonicUs / 1_000_000).toFixed(6)} s after its boot</span>
      </p>
      <div className="logs-details__scroll" tabIndex={0} role="group" aria-label="Message and fields">
        <pre className="logs-details__message">{bounded(message)}</pre>
        {!isContext && (
          <Button size="small" onClick={onContext}>
            What stands around it (c)
          </Button>
        )}
        {current.kind === 'reading' && <p className="b-subtle">Reading its fields…</p>}
        {current.kind === 'failed' && <p role="alert">{current.text}</p>}
        {current.kind === 'known' && <Fields details={current.details} onFilter={onFilter} />}
      </div>
    </aside>
  );
}

function Fields({
  details,
  onFilter,
}: {
  readonly details: JournalDetails;
  readonly onFilter: (field: string, value: string) => void;
}): ReactNode {
  return (
    <>
      <dl className="logs-fields">
        {details.fields
          .filter(({ name }) => name !== 'MESSAGE')
          .map(({ name, value, binary, cut }, index) => (
            // A field may be there twice; its place is what it is.
            <div key={index} className="logs-field">
              <dt className="b-mono">{name}</dt>
              <dd>
                <span>{bounded(value)}</span>
                {binary && <span className="logs-mark">binary</span>}
                {cut > 0 && <span className="b-subtle"> and {formatBytes(cut)} more</span>}
                {!binary && cut === 0 && canFilterBy(name, value) && !name.startsWith('__') && (
                  <IconButton
                    icon="filter"
                    className="logs-field__by"
                    label={`Filter by ${name}=${value.slice(0, 60)}`}
                    onClick={() => onFilter(name, value)}
                  />
                )}
              </dd>
            </div>
          ))}
      </dl>
      {!details.complete && <p className="b-subtle">Not all of it could be read.</p>}
    </>
  );
}

function bounded(text: string): string {
  return text.length > DRAWN ? `${text.slice(0, DRAWN)}… [${(text.length - DRAWN).toLocaleString('en')} more]` : text;
}
