import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { HistoryView } from '../../parts/history-view.tsx';
import { ProofNotice } from './proof-notice.tsx';
import { useProof } from './use-proof.ts';

/** Everything that was ever done from here, newest first, and whether it still is what was written. */
export function HistoryPage(): ReactNode {
  const { state, verify } = useProof();
  return (
    <>
      <TopBar>
        <h1>History</h1>
      </TopBar>
      <HistoryView
        hostId={null}
        actions={
          <Button
            busy={state.kind === 'running'}
            title="Compares every line, and the files of every operation, with their hashes"
            onClick={verify}
          >
            Verify
          </Button>
        }
        notice={<ProofNotice state={state} />}
      />
    </>
  );
}
