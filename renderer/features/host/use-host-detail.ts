import { useEffect, useState } from 'react';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { follow } from '../../state/follow.ts';
import { useFleet, useSession } from '../../state/session-context.ts';

/** What the page knows of its host. `gone`: it is not in the inventory (any more). `loading`: nothing has been told yet. */
export type HostView =
  { readonly kind: 'loading' } | { readonly kind: 'gone' } | { readonly kind: 'known'; readonly detail: HostDetail };

/** Follows one host for as long as its page is shown, which also tells the core that the host is on the screen. */
export function useHostDetail(hostId: string): HostView {
  const { client } = useSession();
  const [told, setTold] = useState<{ readonly hostId: string; readonly detail: HostDetail } | null>(null);
  const gone = useFleet((state) => state.revision !== null && !state.rows.has(hostId));

  useEffect(
    () =>
      follow({
        open: (signal) => client.host.watch({ id: hostId }, { signal }),
        onValue: (detail) => setTold({ hostId, detail }),
      }),
    [client, hostId],
  );
  useEffect(() => {
    // Nothing to do when this fails: the host then connects when it is asked to.
    client.fleet.setVisible({ hostIds: [hostId] }).catch(() => undefined);
  }, [client, hostId]);

  if (gone) return { kind: 'gone' };
  return told?.hostId === hostId ? { kind: 'known', detail: told.detail } : { kind: 'loading' };
}
