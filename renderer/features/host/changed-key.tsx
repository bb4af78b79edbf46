import type { ReactNode } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import { StateWord } from '../../components/icon.tsx';
import { Banner } from '../../parts/banner.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import './changed-key.css';

interface ChangedKeyProps {
  readonly hostName: string;
  /** Of the code `ssh.host-key-changed`. */
  readonly failure: Failure;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/** A host whose key is not the known one: refused, with both fingerprints and the way to find out why. */
export function ChangedKey({ hostName, failure, failedAt }: ChangedKeyProps): ReactNode {
  const param = (name: string) => String(failure.params[name] ?? 'not known');
  return (
    <Banner
      icon="exclamation-circle"
      tone="danger"
      title={
        <>
          <b>The host key of {hostName} has changed.</b> Berth has disconnected, and no password or command was sent.
        </>
      }
      details={
        <p>
          Either the host was reinstalled, or someone else answers at this address. An image update does not change host
          keys: they live in /etc and are kept.
        </p>
      }
    >
      <dl className="keys">
        <dt>
          <StateWord icon="history" tone="muted">
            Known key
          </StateWord>
        </dt>
        <dd>
          <span className="keys__fp">{param('knownFingerprint')}</span>
          <small>
            {param('file')}, line {param('line')}
          </small>
        </dd>
        <dt>
          <StateWord icon="exclamation-circle" tone="danger">
            Offered now
          </StateWord>
        </dt>
        <dd>
          <span className="keys__fp">{param('fingerprint')}</span>
          <small>
            {param('type')}, from {param('address')} at {formatTime(failedAt).slice(0, 5)}
          </small>
        </dd>
      </dl>
      <p className="keys__how">
        <b>Was it reinstalled?</b> Run this at the console of the host, not over SSH, and compare it with the offered
        key:
      </p>
      <CommandBlock commands={[param('command')]} what="the command" />
      <p className="keys__how">
        Only if they agree, remove line {param('line')} of <span className="b-mono">{param('file')}</span> and connect
        again.
      </p>
    </Banner>
  );
}
