import type { ReactNode } from 'react';
import { formatDate, formatDuration } from '../../shared/logic/format.ts';
import { hostNameOf, startOf, whatWords, whoOf } from '../../shared/logic/history-words.ts';
import { outcomeRemedy } from '../../shared/logic/outcome.ts';
import type { HistoryEntry } from '../../shared/model/history.ts';
import type { HostKeyChange } from '../../shared/model/host-key-change.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { Button } from '../components/button.tsx';
import { StateWord } from '../components/icon.tsx';
import { Mono } from '../components/small.tsx';
import { navigate } from '../state/route.ts';
import { resultOf } from './history-line.tsx';

/** The line under the cursor in full, below the list. */
export function HistoryDetails({
  entry,
  live,
}: {
  readonly entry: HistoryEntry;
  readonly live: Operation | null;
}): ReactNode {
  const { text, ...look } = resultOf(entry, live);
  const operation = entry.kind === 'operation' ? entry : null;
  const outcome = live?.outcome ?? operation?.outcome ?? null;
  const remedy = outcome ? outcomeRemedy(outcome) : '';
  const endedAt = live?.endedAt ?? operation?.endedAt ?? null;
  return (
    <section className="hist-details" aria-label="The chosen line in full">
      <div className="hist-details__text">
        <h2>
          {whatWords(entry)} <span className="b-subtle">on {hostNameOf(entry)}</span>
        </h2>
        <p>
          <StateWord {...look}>{text}</StateWord>
          {remedy !== '' && <span className="b-subtle"> {remedy}</span>}
        </p>
        <p className="b-subtle b-small">
          {formatDate(startOf(entry))}
          {operation && endedAt !== null && `, took ${formatDuration(endedAt - operation.startedAt)}`}, by{' '}
          {whoOf(entry)}
          {operation && (
            <>
              , <Mono>{operation.id}</Mono>
            </>
          )}
        </p>
        {entry.kind === 'host-key' && <KeyFiles change={entry.change} />}
        {operation && operation.kept !== 'all' && (
          <p className="b-subtle b-small">
            {operation.kept === 'states'
              ? 'Its log was removed: the settings limit how much of the history is kept.'
              : 'Only this line is left of it: the settings limit how much of the history is kept.'}
          </p>
        )}
      </div>
      {operation && operation.kept !== 'entry' && (
        <Button onClick={() => navigate({ page: 'operation', operationId: operation.id })}>
          {operation.kept === 'all' ? 'Log, before and after' : 'Before and after'}
        </Button>
      )}
    </section>
  );
}

function KeyFiles({ change }: { readonly change: HostKeyChange }): ReactNode {
  return (
    <p className="b-subtle b-small">
      {change.address} port {change.port}
      {change.files.length > 0 && (
        <>
          ; replaced in <Mono>{change.files.join(', ')}</Mono>
        </>
      )}
      {change.backup !== null && (
        <>
          ; the old lines are in <Mono>{change.backup}</Mono>
        </>
      )}
    </p>
  );
}
