import { useMemo, type MouseEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { groups, tags, type Bucket } from '../../../shared/logic/fleet-figures.ts';
import { parseFilter, termState } from '../../../shared/logic/fleet-filter.ts';
import { IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Logo } from '../../components/logo.tsx';
import { runningOperations } from '../../state/operations-store.ts';
import { navigate, routeHref, useRoute, type Route } from '../../state/route.ts';
import { useFleet, useOperations, useSession } from '../../state/session-context.ts';

/** The tags that are shown; a fleet with hundreds of tags has the filter field for the rest. */
const TAGS_SHOWN = 12;

export function Navigation(): ReactNode {
  const { info } = useSession();
  const hosts = useFleet((state) => state.rows.size);
  const running = useOperations((state) => runningOperations(state).length);
  return (
    <NavigationColumn isDemo={info.demo !== null} hosts={hosts} running={running}>
      <Filters />
    </NavigationColumn>
  );
}

/** The column itself, which needs no session: the places one can go to, with how much is there. */
export function NavigationColumn({
  isDemo,
  hosts,
  running,
  children,
}: {
  readonly isDemo: boolean;
  readonly hosts: number;
  readonly running: number;
  readonly children?: ReactNode;
}): ReactNode {
  const route = useRoute();
  return (
    <aside className="b-side" data-region="navigation" aria-label="Navigation">
      <div className="b-brand">
        <Logo />
        <span className="b-wide-nav">Berth</span>
        {isDemo && <span className="b-demo">Demo</span>}
      </div>
      <nav aria-label="Main">
        <ul className="b-nav">
          <Entry icon="server" label="Fleet" to={{ page: 'fleet' }} current={['fleet', 'host'].includes(route.page)}>
            {hosts > 0 && <span className="b-nav__count">{hosts.toLocaleString('en')}</span>}
          </Entry>
          <Entry
            icon="align-left"
            label="Logs"
            to={{ page: 'logs', hostIds: [], filter: '' }}
            current={route.page === 'logs'}
          />
          <Entry
            icon="tasks"
            label="Operations"
            to={{ page: 'operations' }}
            current={['operations', 'operation'].includes(route.page)}
          >
            {running > 0 && (
              <span className="b-nav__count b-nav__count--pill">
                {running}
                <span className="b-hidden"> running</span>
              </span>
            )}
          </Entry>
          <Entry icon="terminal" label="Runs" to={{ page: 'runs' }} current={['runs', 'run'].includes(route.page)} />
          <Entry icon="history" label="History" to={{ page: 'history' }} current={route.page === 'history'} />
          <Entry icon="cog" label="Settings" to={{ page: 'settings' }} current={route.page === 'settings'} />
        </ul>
      </nav>
      {children}
    </aside>
  );
}

function Entry({
  icon,
  label,
  to,
  current,
  children,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly to: Route;
  readonly current: boolean;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <li>
      <a className="b-nav__link" href={routeHref(to)} aria-current={current ? 'page' : undefined} title={label}>
        <span className="b-nav__icon">
          <Icon name={icon} />
        </span>
        <span className="b-nav__text">{label}</span>
        {children}
      </a>
    </li>
  );
}

/** Groups and tags: each filters the fleet, from any page. */
function Filters(): ReactNode {
  const { dialogs } = useSession();
  const rows = useFleet((state) => state.rows);
  const inGroups = useMemo(() => groups(rows.values()), [rows]);
  const tagged = useMemo(() => tags(rows.values()).slice(0, TAGS_SHOWN), [rows]);
  return (
    <div className="b-wide-nav b-side__filters">
      <Buckets title="Groups" buckets={inGroups} onSettings={(name) => dialogs.show({ kind: 'group', name })} />
      <Buckets title="Tags" buckets={tagged} />
    </div>
  );
}

function Buckets({
  title,
  buckets,
  onSettings,
}: {
  readonly title: string;
  readonly buckets: readonly Bucket[];
  /** Opens what can be set for all hosts of one; those without a name have nothing. */
  readonly onSettings?: (name: string) => void;
}): ReactNode {
  const { view } = useSession();
  const filter = useStore(view, (state) => state.filter);
  const parsed = useMemo(() => parseFilter(filter), [filter]);
  if (buckets.length === 0) return null;

  function onClick(event: MouseEvent, term: string): void {
    view.toggleTerm(term, event);
    navigate({ page: 'fleet' });
  }

  return (
    <section aria-label={`${title}, each is a filter`}>
      <h2 className="b-nav__title">{title}</h2>
      <ul className="b-nav">
        {buckets.map(({ label, count, term }) => {
          const state = termState(parsed, term);
          return (
            <li key={term} className="b-nav__bucket">
              <button
                type="button"
                className="b-nav__link"
                aria-pressed={state === 'include'}
                onClick={(event) => onClick(event, term)}
              >
                <span className={state === 'exclude' ? 'b-nav__text b-nav__text--out' : 'b-nav__text'}>{label}</span>
                <span className="b-nav__count">{count.toLocaleString('en')}</span>
              </button>
              {onSettings && !term.endsWith(':none') && (
                <IconButton
                  icon="cog"
                  label={`Settings of group ${label}`}
                  className="b-nav__settings"
                  onClick={() => onSettings(label)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
