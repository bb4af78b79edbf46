import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Mono } from '../../components/small.tsx';

/** Asked before the content of a secret is read. */
export function RevealDialog({
  path,
  hostName,
  onReveal,
  onClose,
}: {
  readonly path: string;
  readonly hostName: string;
  readonly onReveal: () => void;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Dialog
      title="Show a secret?"
      icon={{ name: 'key', tone: 'warn' }}
      alert
      onClose={onClose}
      footer={
        <>
          <Button size="normal" autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" size="normal" onClick={onReveal}>
            Show and note it
          </Button>
        </>
      }
    >
      <p>
        The content of <Mono>/etc/{path}</Mono> is read from {hostName} and shown on this screen, until another file is
        chosen.
      </p>
      <p>That it was shown is written to the history: the path, who and when. Nothing of the content is.</p>
    </Dialog>
  );
}
