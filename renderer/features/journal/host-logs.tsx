import './journal.css';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { JournalBoot } from '../../../shared/model/journal.ts';
import { Button } from '../../components/button.tsx';
import { useSession } from '../../state/session-context.ts';
import { CompareBoots } from './compare-boots.tsx';
import { JournalPane } from './journal-pane.tsx';

/** The journal of a host: its entries, or two of its boots beside each other. */
export function HostLogs({ detail, filter }: { readonly detail: HostDetail; readonly filter: string }): ReactNode {
  const { id, name } = detail.host;
  const boots = useBoots(id);
  const [isComparing, setComparing] = useState(false);
  const hosts = useMemo(() => [{ id, name }], [id, name]);
  if (isComparing && boots) {
    return <CompareBoots hostId={id} boots={boots} onClose={() => setComparing(false)} />;
  }
  return (
    <JournalPane
      hosts={hosts}
      filter={filter}
      boots={boots}
      actions={
        <Button
          icon="columns"
          disabledBecause={boots === null || boots.length < 2 ? 'The journal has one boot only.' : undefined}
          onClick={() => setComparing(true)}
        >
          Compare boots
        </Button>
      }
    />
  );
}

/** The boots in the journal; null: not known. Why not is told with the entries. */
function useBoots(hostId: string): readonly JournalBoot[] | null {
  const { client } = useSession();
  const [boots, setBoots] = useState<readonly JournalBoot[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    client.journal.boots({ hostId }).then(
      (found) => {
        if (isWanted) setBoots(found.boots);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [client, hostId]);
  return boots;
}
