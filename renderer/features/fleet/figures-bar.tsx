import { useMemo, type ReactNode } from 'react';
import { figures, type Figure } from '../../../shared/logic/fleet-figures.ts';
import { termState, type Filter } from '../../../shared/logic/fleet-filter.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';

const looks = {
  connected: { icon: 'connected', tone: 'ok' },
  updates: { icon: 'arrow-circle-up', tone: 'update' },
  staged: { icon: 'power-off', tone: 'staged' },
  rollback: { icon: 'undo', tone: 'warn' },
  etc: { icon: 'ban', tone: 'danger' },
  unhealthy: { icon: 'exclamation-triangle', tone: 'warn' },
  unreachable: { icon: 'disconnected', tone: 'danger' },
} as const satisfies Record<Figure['id'], object>;

/** The headline figures of the whole fleet; each is a filter. A figure of none is quiet: no colour without a reason. */
export function FiguresBar({
  rows,
  filter,
}: {
  readonly rows: ReadonlyMap<string, FleetRow>;
  readonly filter: Filter;
}): ReactNode {
  const { view } = useSession();
  const all = useMemo(() => figures(rows.values()), [rows]);
  return (
    <section className="fleet-figures" aria-label="Figures, each is a filter">
      {all.map(({ id, label, count, of, term }) => {
        const { icon, tone } = looks[id];
        return (
          <button
            key={id}
            type="button"
            className="fleet-figure"
            aria-pressed={termState(filter, term) === 'include'}
            onClick={(event) => view.toggleTerm(term, event)}
          >
            <Icon name={icon} tone={count > 0 ? tone : 'muted'} />
            <b>
              {count.toLocaleString('en')}
              {of !== null && <span> of {of.toLocaleString('en')}</span>}
            </b>
            <span className="fleet-figure__label">{label}</span>
          </button>
        );
      })}
    </section>
  );
}
