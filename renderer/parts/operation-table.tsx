import type { KeyboardEvent, ReactNode } from 'react';
import { formatDate, formatDuration } from '../../shared/logic/format.ts';
import { outcomeText } from '../../shared/logic/outcome.ts';
import { verbWords } from '../../shared/logic/verb-words.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { StateWord } from '../components/icon.tsx';
import { navigate, routeHref } from '../state/route.ts';
import { operationState } from './operation-state.ts';
import './operation-table.css';

interface OperationTableProps {
  readonly label: string;
  readonly operations: readonly Operation[];
  /** Whether the host has a column; not on the page of one host. */
  readonly withHost: boolean;
  /** Epoch milliseconds, for the running time of what runs. */
  readonly now: number;
}

/** Operations, a line each. The arrow keys go from line to line, Enter opens one. */
export function OperationTable({ label, operations, withHost, now }: OperationTableProps): ReactNode {
  return (
    <table className="ops" aria-label={label} onKeyDown={moveByKey}>
      <thead>
        <tr>
          <th scope="col" className="ops__verb">
            Operation
          </th>
          {withHost && (
            <th scope="col" className="ops__host">
              Host
            </th>
          )}
          <th scope="col">Outcome</th>
          <th scope="col" className="ops__start">
            Started
          </th>
          <th scope="col" className="ops__time">
            Duration
          </th>
          <th scope="col" className="ops__who">
            By
          </th>
        </tr>
      </thead>
      <tbody>
        {operations.map((operation) => (
          <Row key={operation.id} operation={operation} withHost={withHost} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  operation,
  withHost,
  now,
}: {
  readonly operation: Operation;
  readonly withHost: boolean;
  readonly now: number;
}): ReactNode {
  const { id, plan, outcome, startedAt, endedAt, startedBy } = operation;
  const { text, ...look } = operationState(operation, null);
  const sentence = outcome ? outcomeText(outcome) : text;
  const route = { page: 'operation', operationId: id } as const;
  return (
    <tr onClick={() => navigate(route)}>
      <td>
        <a className="ops__link" href={routeHref(route)} onClick={(event) => event.stopPropagation()}>
          {verbWords(plan.request.verb).name}
        </a>
      </td>
      {withHost && (
        <td title={plan.hostName}>
          <span className="b-cut">{plan.hostName}</span>
        </td>
      )}
      <td title={sentence}>
        <StateWord {...look}>{sentence}</StateWord>
      </td>
      <td className="ops__num">{formatDate(startedAt)}</td>
      <td className="ops__num">{formatDuration((endedAt ?? now) - startedAt)}</td>
      <td title={startedBy}>{startedBy}</td>
    </tr>
  );
}

function moveByKey(event: KeyboardEvent<HTMLTableElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.ops__link')];
  const here = links.findIndex((link) => link === document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
  if (here < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  links[Math.max(0, Math.min(to, links.length - 1))]?.focus();
}
