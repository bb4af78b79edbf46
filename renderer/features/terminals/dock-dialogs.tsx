import type { ReactNode } from 'react';
import { BroadcastDialog } from './broadcast-dialog.tsx';
import { useDock, useDockState } from './dock-context.ts';
import { LinkDialog } from './link-dialog.tsx';
import { PasteDialog } from './paste-dialog.tsx';

/** The question over the dock, if there is one. */
export function DockDialogs(): ReactNode {
  const model = useDock();
  const dialog = useDockState((state) => state.dialog);
  const close = () => model.setDialog(null);
  switch (dialog?.kind) {
    case 'paste':
      return <PasteDialog question={dialog} onClose={close} />;
    case 'link':
      return <LinkDialog address={dialog.address} onClose={close} />;
    case 'broadcast':
      return <BroadcastDialog onClose={close} />;
    case undefined:
      return null;
  }
}
