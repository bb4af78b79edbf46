import type { ReactNode } from 'react';
import type { Operation, OperationProgress } from '../../../shared/model/operation.ts';
import { Icon } from '../../components/icon.tsx';
import { LayerStrip } from './layer-strip.tsx';
import { phaseRows, type PhaseRow } from './phases.ts';

interface PhaseListProps {
  readonly operation: Operation;
  readonly progress: OperationProgress | null;
  readonly now: number;
}

/** The phases, each on its own line. The pull keeps its height while it has nothing to show yet, so that nothing jumps. */
export function PhaseList({ operation, progress, now }: PhaseListProps): ReactNode {
  return (
    <ul className="phases" aria-label="Phases">
      {phaseRows(operation, progress, now).map((row) => (
        <li key={row.key} className={classOf(row)} {...(row.state === 'now' && { 'aria-current': 'step' as const })}>
          <PhaseIcon state={row.state} />
          <span className="ph__name">{row.name}</span>
          <span className="ph__what b-cut">{row.what}</span>
          <span className="ph__time">{row.time}</span>
          {row.key === 'pull' && row.state === 'now' && (
            <div className="ph__more">{row.pull && <LayerStrip pull={row.pull} rate={progress?.rate ?? null} />}</div>
          )}
        </li>
      ))}
    </ul>
  );
}

function classOf({ key, state }: PhaseRow): string {
  return ['ph', `ph--${state}`, ...(key === 'pull' && state === 'now' ? ['ph--pull'] : [])].join(' ');
}

function PhaseIcon({ state }: { readonly state: PhaseRow['state'] }): ReactNode {
  switch (state) {
    case 'done':
      return <Icon name="check-circle" tone="ok" label="Done" />;
    case 'now':
      return <Icon name="in-progress" tone="accent" label="Running" />;
    case 'skipped':
      return <Icon name="minus" tone="muted" label="Nothing to do" />;
    case 'todo':
      return <Icon name="ring" tone="muted" label="To do" />;
  }
}
