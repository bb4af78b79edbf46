import './sources.css';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useSession } from '../../state/session-context.ts';
import { SourceCard } from './source-card.tsx';

/** The places that hosts came from: what changed there, what to take over, and whether to ask for that. */
export function SourcesDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { sources: store, dialogs } = useSession();
  const sources = useStore(store, (state) => state.sources);
  return (
    <Dialog
      title="Sources of hosts"
      width={760}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
          <Button onClick={() => dialogs.show({ kind: 'import', from: 'ssh-config' })}>Import hosts…</Button>
        </>
      }
    >
      {sources.length === 0 ? (
        <p className="b-subtle">No host was imported from a file or a command yet.</p>
      ) : (
        sources.map((source) => <SourceCard key={source.id} source={source} />)
      )}
    </Dialog>
  );
}
