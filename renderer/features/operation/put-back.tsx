import { useState, type ReactNode } from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Button } from '../../components/button.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';

/** Offers what was there before a change of /etc, as a plan of its own. What cannot be put back is said. */
export function PutBack({ operation }: { readonly operation: Operation }): ReactNode {
  const { client, dialogs, toasts } = useSession();
  const guarded = useGuarded();
  const [asking, setAsking] = useState(false);
  const { outcome, plan } = operation;
  if (plan.request.verb !== 'etc' || !outcome || !MAY_HAVE_CHANGED.has(outcome.kind)) return null;

  const ask = async () => {
    setAsking(true);
    try {
      const { hostId, files, leftOut } = await client.etc.undo({ operationId: operation.id });
      for (const { path, why } of leftOut) toasts.add({ tone: 'warn', text: `/etc/${showPath(path)}: ${why}` });
      dialogs.show({ kind: 'plan', request: { verb: 'etc', files }, hostIds: [hostId] });
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    } finally {
      setAsking(false);
    }
  };

  return (
    <Button busy={asking} disabledBecause={guarded ?? undefined} onClick={() => void ask()}>
      Put back what was there…
    </Button>
  );
}

const MAY_HAVE_CHANGED: ReadonlySet<string> = new Set(['done', 'failed', 'unknown', 'cancelled']);
