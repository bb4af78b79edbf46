import { useEffect, useState, type ReactNode } from 'react';
import { formatDate } from '../../../shared/logic/format.ts';
import type { HostKeyChange } from '../../../shared/model/host-key-change.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import './changed-key.css';

type Told = { readonly hostId: string } & (
  | { readonly kind: 'known'; readonly changes: readonly HostKeyChange[] }
  | { readonly kind: 'failed'; readonly text: string }
);

/** Every replacement of the key of this host, newest first: when, by whom, from which key to which. */
export function KeyChanges({
  hostId,
  whenNone = null,
}: {
  readonly hostId: string;
  /** Said in place of an empty list. */
  readonly whenNone?: ReactNode;
}): ReactNode {
  const { client } = useSession();
  const [told, setTold] = useState<Told | null>(null);

  useEffect(() => {
    let current = true;
    client.host.keyChanges({ id: hostId }).then(
      (changes) => current && setTold({ hostId, kind: 'known', changes }),
      (error: unknown) => current && setTold({ hostId, kind: 'failed', text: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, hostId]);

  if (told?.hostId !== hostId) return null;
  if (told.kind === 'failed') return <p role="alert">{told.text}</p>;
  if (told.changes.length === 0) return whenNone;
  return (
    <ul className="keychanges" aria-label="Replaced host keys">
      {told.changes.map((change) => (
        <li key={change.at}>
          Host key replaced {formatDate(change.at)} by {change.replacedBy}
          <small>
            {change.keyType}, for {change.address} port {change.port}
          </small>
          <small>
            from <span className="b-mono">{change.oldFingerprints.join(', ') || 'no known line'}</span>
          </small>
          <small>
            to <span className="b-mono">{change.newFingerprint}</span>
          </small>
          {change.backup !== null && (
            <small>
              The file as it was: <span className="b-mono">{change.backup}</span>
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}
