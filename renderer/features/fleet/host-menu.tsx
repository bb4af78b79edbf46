import type { FleetRow } from '../../../shared/model/fleet.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { navigate } from '../../state/route.ts';
import { rebootNow } from '../../parts/verb-items.ts';
import { rowRefusal } from '../../state/row-refusal.ts';
import type { Session } from '../../state/session.ts';

/** What can be done with one host from its line; `guarded`: why nothing may be done to any host, null when it may. */
export function hostMenu(
  row: FleetRow,
  { actions, dialogs, dock }: Pick<Session, 'actions' | 'dialogs' | 'dock'>,
  guarded: string | null,
): readonly MenuItem[] {
  const { id } = row;
  const connected = row.connection === 'connected';
  return [
    { label: 'Open', icon: 'server', run: () => navigate({ page: 'host', hostId: id }) },
    {
      label: connected ? 'Refresh' : 'Connect',
      icon: connected ? 'sync-alt' : 'connected',
      run: () => void actions.refresh([id]),
    },
    {
      label: 'Terminal',
      icon: 'terminal',
      disabledBecause: guarded ?? undefined,
      run: () => dock.ask({ kind: 'terminal', hostId: id, another: false }),
    },
    { label: 'Logs', icon: 'align-left', run: () => navigate({ page: 'host', hostId: id, tab: 'logs' }) },
    {
      label: 'Check for update',
      icon: 'search',
      disabledBecause: rowRefusal('check', row) ?? undefined,
      separated: true,
      run: () => void actions.check([id]),
    },
    {
      label: 'Upgrade…',
      icon: 'arrow-circle-up',
      disabledBecause: rowRefusal('upgrade', row) ?? undefined,
      run: () => actions.upgrade([id]),
    },
    {
      label: 'Roll back…',
      icon: 'undo',
      disabledBecause: rowRefusal('rollback', row) ?? undefined,
      run: () => dialogs.show({ kind: 'plan', request: { verb: 'rollback' }, hostIds: [id] }),
    },
    {
      label: 'Reboot…',
      icon: 'power-off',
      disabledBecause: rowRefusal('reboot', row) ?? undefined,
      run: () => dialogs.show({ kind: 'plan', request: rebootNow, hostIds: [id] }),
    },
    ...(row.condition.code === 'no-root' && connected
      ? [{ label: 'Give the sudo password…', icon: 'lock-open', run: () => void actions.unlockSudo([id]) } as const]
      : []),
    { label: 'Edit…', icon: 'edit', separated: true, run: () => dialogs.show({ kind: 'edit-host', hostId: id }) },
    ...(connected
      ? [{ label: 'Disconnect', icon: 'disconnected', run: () => void actions.disconnect(id) } as const]
      : []),
    { label: 'Remove from the fleet', icon: 'trash', danger: true, run: () => void actions.remove([id]) },
  ];
}
