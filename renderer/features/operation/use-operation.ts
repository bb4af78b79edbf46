import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { Operation, OperationProgress } from '../../../shared/model/operation.ts';
import { failureOf } from '../../state/failure-of.ts';
import { follow } from '../../state/follow.ts';
import { useOperations, useSession } from '../../state/session-context.ts';

/** What the page knows of its operation. */
export type OperationView =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'known'; readonly operation: Operation };

/** One operation: from the operations that are followed anyway, or from the history when it is an old one. */
export function useOperation(operationId: string): OperationView {
  const { client } = useSession();
  const followed = useOperations((state) => state.operations.get(operationId));
  const isOld = useOperations((state) => state.loaded && !state.operations.has(operationId));
  const [asked, setAsked] = useState<OperationView>({ kind: 'loading' });

  useEffect(() => {
    if (!isOld) return undefined;
    let current = true;
    client.operation.get({ id: operationId }).then(
      (operation) => {
        if (current) setAsked({ kind: 'known', operation });
      },
      (error: unknown) => {
        if (current) setAsked({ kind: 'failed', failure: failureOf(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, operationId, isOld]);

  return followed ? { kind: 'known', operation: followed } : asked;
}

/** Live progress while an operation runs, null before the first. */
export function useProgress({ id, phase }: Operation): OperationProgress | null {
  const { client } = useSession();
  const [progress, setProgress] = useState<OperationProgress | null>(null);
  const isRunning = phase !== 'ended';
  useEffect(() => {
    if (!isRunning) return undefined;
    return follow({ open: (signal) => client.operation.watchProgress({ id }, { signal }), onValue: setProgress });
  }, [client, id, isRunning]);
  return progress;
}
