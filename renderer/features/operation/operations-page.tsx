import { useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { EmptyState } from '../../components/empty-state.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { OperationTable } from '../../parts/operation-table.tsx';
import { useSeconds } from '../../parts/use-seconds.ts';
import { routeHref } from '../../state/route.ts';
import { useOperations, useSession } from '../../state/session-context.ts';
import { BulkCard } from './bulk-card.tsx';

/** Bulks that are shown; older ones are in the history, host by host. */
const BULKS_SHOWN = 5;

/** What goes on now and what ended last. Everything older is in the history. */
export function OperationsPage(): ReactNode {
  const operations = useOperations((state) => state.operations);
  const loaded = useOperations((state) => state.loaded);
  const [running, ended] = useMemo(() => {
    const all = [...operations.values()].sort((a, b) => b.startedAt - a.startedAt);
    return [all.filter(({ phase }) => phase !== 'ended'), all.filter(({ phase }) => phase === 'ended')];
  }, [operations]);
  const { bulks: store } = useSession();
  const bulks = useStore(store, (state) => state.bulks);
  const now = useSeconds(running.length > 0 || bulks.some(({ endedAt }) => endedAt === null));

  return (
    <>
      <TopBar>
        <h1>Operations</h1>
        <span className="b-subtle b-dense">{running.length > 0 ? `${running.length} running` : 'none running'}</span>
      </TopBar>
      <div className="ops__page">
        {bulks.length > 0 && (
          <section aria-label="Many hosts at once">
            <h2 className="ops__title">Many hosts at once</h2>
            {bulks.slice(0, BULKS_SHOWN).map((bulk) => (
              <BulkCard key={bulk.id} bulk={bulk} now={now} />
            ))}
          </section>
        )}
        {running.length > 0 && (
          <>
            <h2 className="ops__title">Running</h2>
            <OperationTable label="Running operations" operations={running} withHost now={now} />
          </>
        )}
        {ended.length > 0 && (
          <>
            <h2 className="ops__title">Ended last</h2>
            <OperationTable label="Operations that ended last" operations={ended} withHost now={now} />
            <p className="ops__more">
              <a className="b-link" href={routeHref({ page: 'history' })}>
                All of the history
              </a>
            </p>
          </>
        )}
        {loaded && operations.size === 0 && bulks.length === 0 && (
          <EmptyState icon="tasks" title="No operation yet">
            <p>Check hosts for updates or upgrade them from the fleet or from a host’s page. What runs shows here.</p>
          </EmptyState>
        )}
      </div>
    </>
  );
}
