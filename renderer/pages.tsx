import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { lazyPart } from './components/lazy-part.ts';
import { FirstRun } from './features/first-run/first-run.tsx';
import { FleetPage } from './features/fleet/fleet-page.tsx';
import { useFleet, useSession } from './state/session-context.ts';
import { routeHref, useRoute, type Route } from './state/route.ts';

const BootsTab = lazyPart(async () => (await import('./features/forensics/boots-tab.tsx')).BootsTab);
const EtcTab = lazyPart(async () => (await import('./features/etc/etc-tab.tsx')).EtcTab);
const HostTerminals = lazyPart(async () => (await import('./features/terminals/host-terminals.tsx')).HostTerminals);
const HostPage = lazyPart(async () => (await import('./features/host/host-page.tsx')).HostPage);
const OperationsPage = lazyPart(async () => (await import('./features/operation/operations-page.tsx')).OperationsPage);
const OperationPage = lazyPart(async () => (await import('./features/operation/operation-page.tsx')).OperationPage);
const HostLogs = lazyPart(async () => (await import('./features/journal/host-logs.tsx')).HostLogs);
const LogsPage = lazyPart(async () => (await import('./features/journal/logs-page.tsx')).LogsPage);
const RunsPage = lazyPart(async () => (await import('./features/runs/runs-page.tsx')).RunsPage);
const RunPage = lazyPart(async () => (await import('./features/runs/run-page.tsx')).RunPage);
const HistoryPage = lazyPart(async () => (await import('./features/history/history-page.tsx')).HistoryPage);
const SettingsPage = lazyPart(async () => (await import('./features/settings/settings-page.tsx')).SettingsPage);

/** The page of the route. After a change of route the focus is on the heading of the new page, which tells where one is. */
export function Page(): ReactNode {
  const route = useRoute();
  const { epoch } = useSession();
  const href = routeHref(route);
  const region = useRef<HTMLElement>(null);
  const first = useRef(true);

  useEffect(() => {
    const isFirst = first.current;
    first.current = false;
    // A window that opens takes no focus; another session (a demo, a core that is back) has taken away what had it.
    if (isFirst && (epoch === 1 || document.activeElement !== document.body)) return undefined;
    return focusHeading(region.current);
  }, [href, epoch]);

  return (
    <main className="b-main" ref={region} tabIndex={-1} data-region="page">
      {/* The key: React would keep the page before, hidden, until the next one is loaded. */}
      <Suspense key={href} fallback={null}>
        <RoutedPage route={route} />
      </Suspense>
    </main>
  );
}

function RoutedPage({ route }: { readonly route: Route }): ReactNode {
  switch (route.page) {
    case 'fleet':
      return <FleetHome />;
    case 'host':
      return (
        <HostPage
          hostId={route.hostId}
          tab={route.tab}
          boots={(detail) => <BootsTab detail={detail} />}
          etc={(detail) => <EtcTab detail={detail} />}
          logs={(detail) => <HostLogs detail={detail} filter={route.filter ?? ''} />}
          terminals={(detail) => <HostTerminals detail={detail} />}
        />
      );
    case 'operations':
      return <OperationsPage />;
    case 'operation':
      return <OperationPage operationId={route.operationId} />;
    case 'logs':
      return <LogsPage hostIds={route.hostIds} filter={route.filter} />;
    case 'runs':
      return <RunsPage />;
    case 'run':
      return <RunPage runId={route.runId} />;
    case 'history':
      return <HistoryPage />;
    case 'settings':
      return <SettingsPage />;
  }
}

/** The fleet, or how to begin one. Nothing before the first snapshot: neither would be true. */
function FleetHome(): ReactNode {
  const loaded = useFleet((state) => state.revision !== null);
  const empty = useFleet((state) => state.rows.size === 0);
  if (!loaded) return null;
  return empty ? <FirstRun /> : <FleetPage />;
}

/** Waits for the heading of a page that is still being loaded, then gives it the focus; the page itself until then. */
function focusHeading(region: HTMLElement | null): (() => void) | undefined {
  if (!region) return undefined;
  const focus = () => {
    const heading = region.querySelector<HTMLElement>('h1');
    if (!heading) return false;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    return true;
  };
  if (focus()) return undefined;
  region.focus({ preventScroll: true });
  const observer = new MutationObserver(() => {
    const stillHere = document.activeElement === region || document.activeElement === document.body;
    if (!stillHere || focus()) observer.disconnect();
  });
  observer.observe(region, { childList: true, subtree: true });
  return () => observer.disconnect();
}
