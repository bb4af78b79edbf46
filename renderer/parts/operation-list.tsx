import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { failureText } from '../state/failure-of.ts';
import { OperationTable } from './operation-table.tsx';
import { useHistory } from './use-history.ts';
import { useSeconds } from './use-seconds.ts';

/** The history of one host, or (`null`) of all hosts, page by page. */
export function OperationList({ hostId }: { readonly hostId: string | null }): ReactNode {
  const { operations, loading, failure, more } = useHistory(hostId);
  const now = useSeconds(operations.some(({ phase }) => phase !== 'ended'));
  if (operations.length === 0) {
    if (loading) return null;
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
      <OperationTable label="History" operations={operations} withHost={hostId === null} now={now} />
      {(more !== null || failure !== null) && (
        <div className="ops__more">
          {more && <Button onClick={more}>Show older ones</Button>}
          {failure && <span role="alert">{failureText(failure)}</span>}
        </div>
      )}
    </>
  );
}
