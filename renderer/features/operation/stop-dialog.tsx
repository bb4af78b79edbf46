import { useState, type ReactNode } from 'react';
import { verbWords } from '../../../shared/logic/verb-words.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { isOutOfSight } from '../../parts/operation-state.ts';
import { unitName } from '../../parts/operation-words.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** Asks before the unit on the host is stopped. The safe answer is to let it run. */
export function StopDialog({
  operation,
  onClose,
}: {
  readonly operation: Operation;
  readonly onClose: () => void;
}): ReactNode {
  const { client, toasts } = useSession();
  const [busy, setBusy] = useState(false);
  const { plan } = operation;

  const stop = async () => {
    setBusy(true);
    try {
      await client.operation.cancel({ id: operation.id });
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
    onClose();
  };

  return (
    <Dialog
      title={`Stop ${verbWords(plan.request.verb).of} of ${plan.hostName}?`}
      icon={{ name: 'exclamation-triangle', tone: 'warn' }}
      alert
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" onClick={onClose}>
            Let it run
          </Button>
          <Button size="normal" busy={busy} onClick={() => void stop()}>
            Stop it on the host
          </Button>
        </>
      }
    >
      <p>
        systemd on the host is told to stop <span className="b-mono">{unitName(plan)}</span>. Layers that are complete
        stay there and are not pulled again.
      </p>
      <p>
        Nothing that is already staged is taken back: if it had got that far, the next boot runs it. Berth reads the
        state of the host again and says which it was.
      </p>
      {isOutOfSight(operation) && <p>The host is out of sight now: it is told as soon as Berth reaches it.</p>}
    </Dialog>
  );
}
