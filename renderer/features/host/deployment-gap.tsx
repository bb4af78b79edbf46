import type { ReactNode } from 'react';
import {
  asDeployment,
  deploymentDifferences,
  type Comparable,
  type Difference,
} from '../../../shared/logic/compare-state.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import type { Slot } from './deployment-slots.ts';

interface GapProps {
  readonly from: Slot;
  readonly to: Slot;
  readonly facts: HostFacts;
}

/** Two versions that are longer together do not fit over a gap: then the one it leads to stands alone, for a version is never cut. */
const TITLE_LENGTH = 16;

/** Between two cards: what differs, always against the booted deployment. The lines stand on those of the cards. */
export function DeploymentGap({ from, to, facts }: GapProps): ReactNode {
  const [a, b] = [comparable(from), comparable(to)];
  if (!a || !b) return <div className="gap gap--empty" />;
  const differences = deploymentDifferences(a, b, valueOf(facts.kernels));
  const isShort = differences.from.length + differences.to.length <= TITLE_LENGTH;
  return (
    <section className="gap" aria-label={`From ${differences.from} to ${differences.to}`}>
      <div className="gap__t" aria-hidden="true">
        <span>
          {isShort && differences.from} <Icon name="long-arrow-alt-right" /> {differences.to}
        </span>
      </div>
      <dl>
        {differences.rows.map((row) => (
          <Line key={row.label} row={row} />
        ))}
      </dl>
    </section>
  );
}

function Line({ row }: { readonly row: Difference }): ReactNode {
  return (
    <div>
      <dt>{row.label}</dt>
      <dd className={row.same === false ? undefined : 'b-subtle'} title={row.text}>
        {row.same === false ? (
          <StateWord icon="exchange-alt" tone="staged">
            {row.text}
          </StateWord>
        ) : (
          row.text
        )}
      </dd>
    </div>
  );
}

function comparable(slot: Slot): Comparable | null {
  if (slot.kind === 'deployment') return slot.deployment;
  return slot.kind === 'update' ? asDeployment(slot.image) : null;
}
