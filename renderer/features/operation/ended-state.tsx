import { useId, type ReactNode } from 'react';
import { stateRows, type StateCell, type StateRow } from '../../../shared/logic/compare-state.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';

const RESULT: Readonly<Record<StateRow['result']['tone'], { readonly icon: IconName; readonly tone: Tone }>> = {
  same: { icon: 'equals', tone: 'muted' },
  success: { icon: 'check', tone: 'ok' },
  changed: { icon: 'exchange-alt', tone: 'staged' },
  unknown: { icon: 'question-circle', tone: 'warn' },
};

/** What was read from the host before and after, line by line. */
export function EndedState({ operation }: { readonly operation: Operation }): ReactNode {
  const heading = useId();
  const { plan, after } = operation;
  const read = `before ${formatTime(plan.before.readAt)}, ${after ? `after ${formatTime(after.readAt)}` : 'not read after'}`;
  return (
    <section className="op__state" aria-labelledby={heading}>
      <div className="sect__h">
        <h2 id={heading}>State read from the host</h2>
        <span>{read}</span>
      </div>
      <table className="ba" aria-labelledby={heading}>
        <thead>
          <tr>
            <th scope="col" className="ba__fact">
              Fact
            </th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col" className="ba__result">
              Result
            </th>
          </tr>
        </thead>
        <tbody>
          {stateRows(plan.before, after).map(({ label, before, after: is, result }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <Cell cell={before} />
              </td>
              <td>
                <Cell cell={is} />
              </td>
              <td>
                <StateWord {...RESULT[result.tone]}>{result.text}</StateWord>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ cell: { text, digest, changed } }: { readonly cell: StateCell }): ReactNode {
  return (
    <span className="b-cut" title={digest === null ? text : `${text} @${digest}`}>
      {changed ? <b className="b-strong">{text}</b> : text}
      {digest !== null && (
        <span className="b-subtle">
          {' '}
          <Mono>@{digest}</Mono>
        </span>
      )}
    </span>
  );
}
