import { useId, useMemo, useState, type ReactNode } from 'react';
import { hostLimits } from '../../../shared/model/host.ts';
import { TopBar } from '../../components/top-bar.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { OperationList } from '../../parts/operation-list.tsx';
import { useFleet } from '../../state/session-context.ts';

/** More names than this in the list of suggestions help nobody. */
const SUGGESTIONS = 50;

/** Nobody wants an answer to every letter; this long a rest, in ms, is the end of a word. */
const REST_MS = 200;

/** Every operation that was ever started from here, newest first; all of them, or those of hosts with a text in their name. */
export function HistoryPage(): ReactNode {
  const [name, setName] = useState('');
  const rows = useFleet((state) => state.rows);
  const field = useId();
  const wanted = name.trim();
  const text = useSettled(wanted, REST_MS);
  const suggestions = useMemo(
    () => [...rows.values()].filter((row) => row.name.includes(wanted)).slice(0, SUGGESTIONS),
    [rows, wanted],
  );

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
          maxLength={hostLimits.name}
          placeholder="All hosts, also former ones"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={`${field}names`}>
          {suggestions.map((row) => (
            <option key={row.id} value={row.name} />
          ))}
        </datalist>
      </div>
      <div className="ops__page">
        <OperationList key={text} of={{ kind: 'named', text }} />
      </div>
    </>
  );
}
