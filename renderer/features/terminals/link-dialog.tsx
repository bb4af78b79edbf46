import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { lookAtLink } from '../../terminal/links.ts';

/** Where a link leads, in full, before it is opened: what stands in a terminal may say something else. */
export function LinkDialog({
  address,
  onClose,
}: {
  readonly address: string;
  readonly onClose: () => void;
}): ReactNode {
  const look = lookAtLink(address);
  return (
    <Dialog
      title={look.kind === 'safe' ? 'Open this address in the browser?' : 'This address is not opened'}
      width={600}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" autoFocus onClick={onClose}>
            {look.kind === 'safe' ? 'Cancel' : 'Close'}
          </Button>
          {look.kind === 'safe' && (
            <Button
              size="normal"
              variant="primary"
              onClick={() => {
                window.open(look.address, '_blank', 'noopener,noreferrer');
                onClose();
              }}
            >
              Open {look.host}
            </Button>
          )}
        </>
      }
    >
      {look.kind === 'refused' && (
        <p className="dock__warn">
          <Icon name="exclamation-triangle" tone="warn" />
          <span>{look.why}</span>
        </p>
      )}
      <div className="b-command">
        <span className="b-grow">{look.address}</span>
        <CopyButton text={look.address} what="the address" />
      </div>
    </Dialog>
  );
}
