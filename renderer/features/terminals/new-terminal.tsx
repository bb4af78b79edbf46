import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../components/button.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import { useRoute } from '../../state/route.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { useDock, useDockState } from './dock-context.ts';
import { focusedPane } from './layout.ts';

/** Hosts that are offered at once; the palette has them all. */
const OFFERED = 8;

/** The hosts one is likely to want a shell on: of the terminal that is shown, of the page, then those that are connected. */
function useOfferedHosts(): readonly { readonly id: string; readonly name: string }[] {
  const route = useRoute();
  const rows = useFleet((state) => state.rows);
  const tab = useDockState(({ layout }) => focusedPane(layout).tab);
  const shown = useStore(
    useSession().terminals,
    ({ terminals }) => terminals.get(tab?.slice('terminal:'.length) ?? '')?.hostId,
  );
  const connected = [...rows.values()]
    .filter(({ connection }) => connection === 'connected')
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .slice(0, OFFERED);
  const ids = [shown, route.page === 'host' ? route.hostId : undefined, ...connected.map(({ id }) => id)];
  return [...new Set(ids)]
    .flatMap((id) => {
      const row = id === undefined ? undefined : rows.get(id);
      return row ? [{ id: row.id, name: row.name }] : [];
    })
    .slice(0, OFFERED);
}

export function NewTerminalMenu(): ReactNode {
  const { dialogs, dock } = useSession();
  const model = useDock();
  const guarded = useGuarded();
  const hosts = useOfferedHosts();
  const items: readonly MenuItem[] = [
    ...hosts.map(({ id, name }) => ({
      label: name,
      icon: 'terminal' as const,
      disabledBecause: guarded ?? undefined,
      run: () => {
        dock.setOpen(true);
        void model.open(id);
      },
    })),
    {
      label: 'Another host…',
      icon: 'search',
      separated: hosts.length > 0,
      run: () => dialogs.show({ kind: 'palette', text: 'terminal ' }),
    },
  ];
  return <MenuButton icon="plus" label="New terminal" align="start" items={items} />;
}

/** For a dock with nothing in it. */
export function NewTerminalButton(): ReactNode {
  const { dialogs } = useSession();
  const model = useDock();
  const guarded = useGuarded();
  const route = useRoute();
  const here = useFleet(({ rows }) => (route.page === 'host' ? rows.get(route.hostId) : undefined));
  return (
    <Button
      data-pane-focus
      data-region-focus
      variant="primary"
      disabledBecause={guarded ?? undefined}
      onClick={() => (here ? void model.open(here.id) : dialogs.show({ kind: 'palette', text: 'terminal ' }))}
    >
      {here ? `Terminal on ${here.name}` : 'New terminal…'}
    </Button>
  );
}
