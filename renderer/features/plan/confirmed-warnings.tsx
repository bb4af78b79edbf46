import { useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { unconfirmed } from '../../../shared/logic/preflight.ts';
import { isStartable, type PlanEntry } from './use-plans.ts';

/** The warnings of a pre-flight, of one host or many that can be started, and whether a person goes on in spite of them. */
export interface ConfirmedWarnings {
  readonly count: number;
  readonly hosts: number;
  readonly isTicked: boolean;
  readonly setTicked: (ticked: boolean) => void;
  /** Why the start must wait; null: there is nothing to confirm, or it is. */
  readonly missing: string | null;
}

/** What is ticked holds for the warnings that were shown: others, or another text, want another tick. */
export function useConfirmedWarnings(entries: readonly PlanEntry[]): ConfirmedWarnings {
  const [ticked, setTicked] = useState<string | null>(null);
  const found = entries.flatMap((entry) =>
    isStartable(entry) ? unconfirmed(entry.checks, []).map((check) => ({ hostId: entry.hostId, check })) : [],
  );
  const signature = JSON.stringify(found.map(({ hostId, check }) => [hostId, check.name, check.text]));
  const isTicked = found.length > 0 && ticked === signature;
  return {
    count: found.length,
    hosts: new Set(found.map(({ hostId }) => hostId)).size,
    isTicked,
    setTicked: (on) => setTicked(on ? signature : null),
    missing: found.length === 0 || isTicked ? null : 'The warnings of the pre-flight have to be confirmed.',
  };
}

/** The tick; nothing where nothing warns. */
export function WarningsTick({ warnings }: { readonly warnings: ConfirmedWarnings }): ReactNode {
  const { count, hosts, isTicked, setTicked } = warnings;
  if (count === 0) return null;
  const what = count === 1 ? 'the warning' : plural(count, 'warning');
  const where = hosts > 1 ? ` on ${plural(hosts, 'host')}` : '';
  return (
    <label className="checks__tick">
      <input type="checkbox" checked={isTicked} onChange={(event) => setTicked(event.target.checked)} />
      <span>
        Go on in spite of {what}
        {where}
      </span>
    </label>
  );
}
