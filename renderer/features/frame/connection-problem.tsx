import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';

/** The whole window when there is no core to talk to. `onRetry` null: it is being tried, or trying would not help. */
export function ConnectionProblem({
  failure,
  onRetry,
}: {
  readonly failure: Failure;
  readonly onRetry: (() => void) | null;
}): ReactNode {
  const { text, remedy } = describe(failure);
  return (
    <main role="alert">
      <EmptyState icon="disconnected" tone="danger" title={text}>
        <p className="b-subtle">{remedy}</p>
        {onRetry && (
          <Button variant="primary" onClick={onRetry}>
            Connect again
          </Button>
        )}
      </EmptyState>
    </main>
  );
}
