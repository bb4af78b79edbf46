import { useId, useMemo, useState, type ReactNode } from 'react';
import { TopBar } from '../../components/top-bar.tsx';
import { OperationList } from '../../parts/operation-list.tsx';
import { useFleet } from '../../state/session-context.ts';

/** More names than this in the list of suggestions help nobody. */
const SUGGESTIONS = 50;

/** Every operation that was ever started from here, newest first; all of them, or those of one host. */
export function HistoryPage(): ReactNode {
  const [name, setName] = useState('');
  const rows = useFleet((state) => state.rows);
  const field = useId();
  const wanted = name.trim();
  const hosts = useMemo(() => [...rows.values()].filter((row) => row.name.includes(wanted)), [rows, wanted]);
  const chosen = wanted === '' ? null : hosts.find((row) => row.name === wanted);

  return (
    <>
      <TopBar>
        <h1>History</h1>
      </TopBar>
      <div className="ops__filter">
        <label htmlFor={field}>Host</label>
        <input
          id={field}
          className="b-input"
          list={`${field}names`}
          value={name}
          placeholder="All hosts"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={`${field}names`}>
          {hosts.slice(0, SUGGESTIONS).map((row) => (
            <option key={row.id} value={row.name} />
          ))}
        </datalist>
        <span className="b-subtle" role="status">
          {chosen === undefined && 'No host of this name in the fleet: all are shown.'}
        </span>
      </div>
      <div className="ops__page">
        <OperationList key={chosen?.id ?? ''} hostId={chosen?.id ?? null} />
      </div>
    </>
  );
}
