import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { failureText } from '../state/failure-of.ts';
import { OperationTable } from './operation-table.tsx';
import { useHistory, type HistoryOf } from './use-history.ts';
import { useSeconds } from './use-seconds.ts';

/** A history page by page. Another one wants another `key`. */
export function OperationList({ of }: { readonly of: HistoryOf }): ReactNode {
  const { operations, loading, failure, more } = useHistory(of);
  const now = useSeconds(operations.some(({ phase }) => phase !== 'ended'));
  if (operations.length === 0) {
    if (loading) return null;
    if (!failure && of.kind === 'named' && of.text !== '') {
      return (
        <EmptyState icon="filter" title="Nothing was done on a host of this name">
          <p>Hosts are found by the name they had when it was done, whether they are still in the fleet or not.</p>
        </EmptyState>
      );
    }
    return (
      <EmptyState icon="history" title={failure ? 'The history cannot be read' : 'Nothing was done yet'}>
        <p>
          {failure
            ? failureText(failure)
            : 'Checks and upgrades are kept here for good: who, what, when, how it ended, and the whole log.'}
        </p>
      </EmptyState>
    );
  }
  return (
    <>
      <OperationTable label="History" operations={operations} withHost={of.kind === 'named'} now={now} />
      {(more !== null || failure !== null) && (
        <div className="ops__more">
          {more && <Button onClick={more}>Show older ones</Button>}
          {failure && <span role="alert">{failureText(failure)}</span>}
        </div>
      )}
    </>
  );
}
