import type { ReactNode } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import { StateWord } from '../../components/icon.tsx';
import './changed-key.css';

/** A host that is refused since its key has changed. */
export interface ChangedKeyProps {
  readonly hostId: string;
  readonly hostName: string;
  /** Of the code `ssh.host-key-changed`. */
  readonly failure: Failure;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/** Whose key it is: a jump host is named with the host behind it. */
export function changedName(hostName: string, { params: { hop } }: Failure): string {
  return hop === undefined ? hostName : `${String(hop)} (on the way to ${hostName})`;
}

/** A value of a failure, as text. */
export function paramOf({ params }: Failure, name: string): string {
  return String(params[name] ?? 'not known');
}

/** The key that is known of a host over the one that it offered, with where each is from. */
export function KeyComparison({ failure, failedAt }: Pick<ChangedKeyProps, 'failure' | 'failedAt'>): ReactNode {
  return (
    <dl className="keys">
      <dt>
        <StateWord icon="history" tone="muted">
          Known key
        </StateWord>
      </dt>
      <dd>
        <span className="keys__fp">{paramOf(failure, 'knownFingerprint')}</span>
        <small>
          {paramOf(failure, 'file')}, line {paramOf(failure, 'line')}
        </small>
      </dd>
      <dt>
        <StateWord icon="exclamation-circle" tone="danger">
          Offered now
        </StateWord>
      </dt>
      <dd>
        <span className="keys__fp">{paramOf(failure, 'fingerprint')}</span>
        <small>
          {paramOf(failure, 'type')}, from {paramOf(failure, 'address')} at {formatTime(failedAt).slice(0, 5)}
        </small>
      </dd>
    </dl>
  );
}
