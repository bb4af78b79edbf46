import { useId, useMemo, type ReactNode } from 'react';
import { groups } from '../../../shared/logic/fleet-figures.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import type { ApplyChanges, SourcePlace } from '../../../shared/model/source.ts';
import { TextField } from '../../components/field.tsx';
import { useFleet } from '../../state/session-context.ts';

interface OptionsProps {
  readonly place: SourcePlace;
  readonly group: string;
  readonly apply: ApplyChanges;
  readonly onGroup: (group: string) => void;
  readonly onApply: (apply: ApplyChanges) => void;
}

/** Which group the hosts go to, and what becomes of later changes of their source. */
export function ImportOptions({ place, group, apply, onGroup, onApply }: OptionsProps): ReactNode {
  const rows = useFleet((state) => state.rows);
  const known = useMemo(() => groups(rows.values()), [rows]);
  const id = useId();
  return (
    <div className="import__options">
      <TextField
        label="Group"
        list={id}
        maxLength={hostLimits.group}
        placeholder={place.kind === 'ansible' || place.kind === 'command' ? 'as the source says' : 'none'}
        value={group}
        onChange={onGroup}
      />
      <datalist id={id}>
        {known.map(({ label, term }) => (
          <option key={term} value={label} />
        ))}
      </datalist>
      <label className="import__apply">
        <input
          type="checkbox"
          checked={apply === 'by-itself'}
          onChange={(event) => onApply(event.target.checked ? 'by-itself' : 'ask')}
        />
        <span>
          Take over later changes without asking
          <small>
            {place.kind === 'command'
              ? 'The command runs again only when you say so. '
              : 'Berth follows the file and tells what changed. '}
            Tags, notes and names of your own stay; a host that is gone there is never removed by itself.
          </small>
        </span>
      </label>
    </div>
  );
}
