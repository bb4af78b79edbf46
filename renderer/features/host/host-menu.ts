import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { verbItems, verbMenu } from '../../parts/verb-items.ts';
import { navigate } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';

/**
 * What can be done with a host besides its buttons; an entry that cannot be chosen now says why. `guarded`: why nothing may be done
 * to any host, null when it may.
 */
export function hostMenu(
  detail: HostDetail,
  { actions, dialogs }: Session,
  guarded: string | null,
): readonly MenuItem[] {
  const { host, connection, runningOperationId } = detail;
  const isConnected = connection.kind === 'connected';
  return [
    {
      label: 'Refresh',
      icon: 'sync-alt',
      disabledBecause: isConnected ? undefined : 'The host is not connected.',
      run: () => void actions.refresh([host.id]),
    },
    {
      label: 'Disconnect',
      icon: 'disconnected',
      disabledBecause: connection.kind === 'idle' ? 'The host is not connected.' : undefined,
      run: () => void actions.disconnect(host.id),
    },
    ...verbMenu(verbItems(detail.facts), detail, dialogs, guarded).map((item, index) =>
      index === 0 ? { ...item, separated: true } : item,
    ),
    {
      label: 'Incident bundle…',
      icon: 'download',
      separated: true,
      run: () => dialogs.show({ kind: 'bundle', hostIds: [host.id] }),
    },
    {
      label: 'Copy the address',
      icon: 'copy',
      run: () => void navigator.clipboard.writeText(host.address),
    },
    { label: 'Edit…', icon: 'edit', run: () => dialogs.show({ kind: 'edit-host', hostId: host.id }) },
    {
      label: 'Remove from the fleet',
      icon: 'trash',
      danger: true,
      separated: true,
      disabledBecause: runningOperationId === null ? undefined : 'An operation runs there.',
      run: () => {
        void actions.remove([host.id]).then(() => navigate({ page: 'fleet' }));
      },
    },
  ];
}
