import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { conditionText } from '../../../shared/logic/condition.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Crumbs, TopBar } from '../../components/top-bar.tsx';
import { useNow } from '../../state/clock.ts';
import { routeHref, type HostTab } from '../../state/route.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { HistoryView } from '../../parts/history-view.tsx';
import { useSeconds } from '../../parts/use-seconds.ts';
import { ConnectionTab } from './connection-tab.tsx';
import { DeploymentsTab } from './deployments-tab.tsx';
import { HostBanners } from './host-banners.tsx';
import { HostHead } from './host-head.tsx';
import './host.css';
import { NextBootBanner } from './next-boot-banner.tsx';
import { useHostDetail } from './use-host-detail.ts';

/** What a tab shows that belongs to another feature. */
type TabContent = (detail: HostDetail) => ReactNode;

/** One host: what it runs, what it will run next and why, what differs, and how it does. */
export function HostPage({
  hostId,
  tab,
  boots,
  etc,
  logs,
  terminals,
}: {
  readonly hostId: string;
  /** The one to begin with. */
  readonly tab: HostTab | undefined;
  readonly boots: TabContent;
  readonly etc: TabContent;
  readonly logs: TabContent;
  readonly terminals: TabContent;
}): ReactNode {
  const view = useHostDetail(hostId);
  const name = useFleet((state) => state.rows.get(hostId)?.name);
  return (
    <>
      <TopBar>
        <Crumbs parent="Fleet" href={routeHref({ page: 'fleet' })}>
          {view.kind === 'known' ? view.detail.host.name : (name ?? 'Host')}
        </Crumbs>
      </TopBar>
      {view.kind === 'known' && (
        <Host
          detail={view.detail}
          firstTab={tab ?? 'deployments'}
          boots={boots}
          etc={etc}
          logs={logs}
          terminals={terminals}
        />
      )}
      {view.kind === 'gone' && (
        <>
          <h1 className="b-hidden">No such host</h1>
          <EmptyState icon="server" title="This host is not in the fleet">
            <p>It was removed, or it belongs to another fleet. What was done there stays in the history.</p>
          </EmptyState>
        </>
      )}
    </>
  );
}

type TabId = 'deployments' | 'etc' | 'boots' | 'logs' | 'terminal' | 'connection' | 'history';

function Host({
  detail,
  firstTab,
  boots,
  etc,
  logs,
  terminals,
}: {
  readonly detail: HostDetail;
  readonly firstTab: TabId;
  readonly boots: TabContent;
  readonly etc: TabContent;
  readonly logs: TabContent;
  readonly terminals: TabContent;
}): ReactNode {
  const [tab, setTab] = useState<TabId>(firstTab);
  const seconds = useSeconds(detail.connection.kind === 'waiting');
  const slow = useNow();
  const now = detail.connection.kind === 'waiting' ? seconds : slow;
  useAnnouncedCondition(detail.host.id);

  return (
    <div className="host">
      <HostHead detail={detail} now={now} />
      <HostBanners detail={detail} now={now} />
      {detail.facts && (
        <NextBootBanner facts={detail.facts} etcBlockers={detail.etcBlockers} onSolve={() => setTab('etc')} />
      )}
      <Tabs<TabId>
        label={`About ${detail.host.name}`}
        selected={tab}
        fill={tab === 'history' || tab === 'etc' || tab === 'logs'}
        onSelect={setTab}
        tabs={[
          { id: 'deployments', text: 'Deployments', content: () => <DeploymentsTab detail={detail} now={now} /> },
          {
            id: 'etc',
            text: '/etc',
            badge: etcBadge(detail),
            content: () => <Suspense fallback={null}>{etc(detail)}</Suspense>,
          },
          { id: 'boots', text: 'Boots', content: () => <Suspense fallback={null}>{boots(detail)}</Suspense> },
          { id: 'logs', text: 'Logs', content: () => <Suspense fallback={null}>{logs(detail)}</Suspense> },
          { id: 'terminal', text: 'Terminal', content: () => <Suspense fallback={null}>{terminals(detail)}</Suspense> },
          { id: 'connection', text: 'Connection', content: () => <ConnectionTab detail={detail} /> },
          {
            id: 'history',
            text: 'History',
            content: () => <HistoryView hostId={detail.host.id} />,
          },
        ]}
      />
    </div>
  );
}

/** How many paths block what is staged: the one number of /etc that cannot wait. */
function etcBadge({ etc }: HostDetail): ReactNode {
  const blockers = etc?.blockers ?? 0;
  if (blockers === 0) return undefined;
  return (
    <>
      <Icon name="ban" tone="danger" label="Blockers:" />
      {blockers}
    </>
  );
}

/** Tells screen readers when the state of this host changes, not when its percentage does. */
function useAnnouncedCondition(hostId: string): void {
  const { announcer, fleet } = useSession();
  const code = useFleet((state) => state.rows.get(hostId)?.condition.code);
  const told = useRef(code);
  useEffect(() => {
    if (code === undefined || told.current === code) return;
    told.current = code;
    const row = fleet.getState().rows.get(hostId);
    if (row) announcer.say(`${row.name}: ${conditionText(row, Date.now())}`);
  }, [announcer, fleet, hostId, code]);
}
