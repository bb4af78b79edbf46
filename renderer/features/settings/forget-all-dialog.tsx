import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';

/** Asks before everything is forgotten. The safe answer is to keep it. */
export function ForgetAllDialog({
  count,
  onForget,
  onClose,
}: {
  readonly count: number;
  readonly onForget: () => void;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Dialog
      title={`Forget ${plural(count, 'secret')}?`}
      icon={{ name: 'exclamation-triangle', tone: 'warn' }}
      alert
      width={480}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" onClick={onClose} autoFocus>
            Keep them
          </Button>
          <Button size="normal" onClick={onForget}>
            Forget all
          </Button>
        </>
      }
    >
      <p>
        They are asked for again when a host wants them. Open connections stay; what needs root asks for the sudo
        password again, and opened keys are closed.
      </p>
    </Dialog>
  );
}
