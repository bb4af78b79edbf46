import './fleet.css';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { formatAgo, plural } from '../../../shared/logic/format.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { useNow } from '../../state/clock.ts';
import { useSession } from '../../state/session-context.ts';
import { FiguresBar } from './figures-bar.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FleetTable } from './fleet-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { SourceStrip } from './source-strip.tsx';
import { SpreadBar } from './spread-bar.tsx';
import { useFleetRows } from './use-fleet-rows.ts';

/** How long the filter must rest before a screen reader hears what is left, in ms. */
const ANNOUNCE_MS = 600;

/** The home of Berth: every host, what runs where, and what can be done. */
export function FleetPage(): ReactNode {
  const { view, dialogs, actions, announcer } = useSession();
  const { rows, filter, lines, shown } = useFleetRows();
  const { selected } = useStore(view);
  const chosen = useMemo(
    () => shown.flatMap((id) => (selected.has(id) ? (rows.get(id) ?? []) : [])),
    [shown, selected, rows],
  );
  const hidden = useMemo(() => [...selected].filter((id) => rows.has(id)).length, [selected, rows]) - chosen.length;

  const [onScreen, setOnScreen] = useState<readonly string[]>([]);
  // Not all that pass the filter: with thousands that would connect to every one of them.
  const toRefresh = useMemo(() => {
    const seen = new Set(onScreen);
    return shown.filter((id) => seen.has(id) || rows.get(id)?.connection === 'connected');
  }, [shown, rows, onScreen]);

  const [announced] = useState(() => ({ text: filter.text }));
  useEffect(() => {
    if (announced.text === filter.text) return undefined;
    const timer = setTimeout(() => {
      announced.text = filter.text;
      announcer.say(`${plural(shown.length, 'host')} of ${rows.size}`);
    }, ANNOUNCE_MS);
    return () => clearTimeout(timer);
  }, [announced, announcer, filter.text, shown.length, rows.size]);

  return (
    <>
      <TopBar
        actions={
          <>
            <Button
              icon="sync-alt"
              title={`Read the facts of ${plural(toRefresh.length, 'host')} again: what is connected or on the screen`}
              disabledBecause={shown.length === 0 ? 'No hosts are shown.' : undefined}
              onClick={() => void actions.refresh(toRefresh)}
            >
              Refresh
            </Button>
            <Button variant="primary" icon="plus" onClick={() => dialogs.show({ kind: 'add-host', address: '' })}>
              Add host
            </Button>
            <MenuButton
              label="Import and export"
              items={[
                {
                  label: 'Import hosts…',
                  icon: 'download',
                  run: () => dialogs.show({ kind: 'import', from: 'ssh-config' }),
                },
                { label: 'Sources of hosts…', icon: 'sync-alt', run: () => dialogs.show({ kind: 'sources' }) },
                { label: 'Export hosts…', icon: 'arrow-circle-up', run: () => dialogs.show({ kind: 'export' }) },
              ]}
            />
          </>
        }
      >
        <h1>Fleet</h1>
        <FactsAge rows={rows} />
      </TopBar>
      <SourceStrip />
      <FiguresBar rows={rows} filter={filter} />
      <SpreadBar rows={rows} filter={filter} />
      <FilterBar filter={filter} shown={shown.length} total={rows.size} />
      {shown.length > 0 ? (
        <FleetTable rows={rows} lines={lines} shown={shown} onScreen={setOnScreen} />
      ) : (
        <div className="b-grow">
          <EmptyState icon="filter" title="No host passes the filter">
            <Button
              onClick={() => {
                view.setDraft('');
                view.setFilter('');
              }}
            >
              Clear the filter
            </Button>
          </EmptyState>
        </div>
      )}
      <SelectionBar chosen={chosen} hidden={hidden} />
    </>
  );
}

/** “24 hosts, facts from now to 3 h ago”. */
function FactsAge({ rows }: { readonly rows: ReadonlyMap<string, FleetRow> }): ReactNode {
  const now = useNow();
  const range = useMemo(() => {
    let newest = -Infinity;
    let oldest = Infinity;
    for (const { factsReadAt } of rows.values()) {
      if (factsReadAt === null) continue;
      newest = Math.max(newest, factsReadAt);
      oldest = Math.min(oldest, factsReadAt);
    }
    return newest >= oldest ? { newest, oldest } : null;
  }, [rows]);
  return (
    <span className="b-subtle b-dense b-wide b-cut">
      {plural(rows.size, 'host')}
      {range && `, facts ${factsFrom(formatAgo(range.newest, now), formatAgo(range.oldest, now))}`}
    </span>
  );
}

function factsFrom(newest: string, oldest: string): string {
  return newest === oldest ? `from ${newest}` : `from ${newest.replace('just now', 'now')} to ${oldest}`;
}
