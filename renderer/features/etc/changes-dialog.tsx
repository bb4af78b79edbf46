import { useEffect, useState, type ReactNode } from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { formatDate } from '../../../shared/logic/format.ts';
import type { EtcSnapshotChange } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Mono } from '../../components/small.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { modeText, ownerText, sizeText } from './entry-words.ts';
import './etc-dialogs.css';

const MOST = 200;

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly changes: readonly EtcSnapshotChange[] }
  | { readonly kind: 'failed'; readonly text: string };

/** Between which two looks a file, or anything in /etc (`path` null), was seen to change. */
export function ChangesDialog({
  hostId,
  path,
  onClose,
}: {
  readonly hostId: string;
  readonly path: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const [state, setState] = useState<State>({ kind: 'asking' });
  useEffect(() => {
    let current = true;
    client.etc.changes({ hostId, path, limit: MOST }).then(
      (changes) => current && setState({ kind: 'known', changes }),
      (error: unknown) => current && setState({ kind: 'failed', text: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, hostId, path]);

  return (
    <Dialog
      title={path === null ? 'Changes of /etc over time' : `/etc/${showPath(path)} over time`}
      width={640}
      onClose={onClose}
      footer={
        <Button size="normal" autoFocus onClick={onClose}>
          Close
        </Button>
      }
    >
      <div className="etcdialog" aria-live="polite">
        <p className="b-subtle b-small">
          Berth knows what it saw at each look, by paths and hashes; contents are not kept.
        </p>
        {state.kind === 'asking' && <p>Looking …</p>}
        {state.kind === 'failed' && <p role="alert">{state.text}</p>}
        {state.kind === 'known' && state.changes.length === 0 && <p>No change was seen between two looks.</p>}
        {state.kind === 'known' && state.changes.length > 0 && (
          <ol className="etcdialog__times">
            {state.changes.map((change) => (
              <li key={`${String(change.at)} ${change.path}`}>
                <span>{spanText(change)}</span>
                <span>
                  {path === null && (
                    <>
                      <Mono>{showPath(change.path)}</Mono>{' '}
                    </>
                  )}
                  {changeText(change)}
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Dialog>
  );
}

function spanText({ at, since }: EtcSnapshotChange): string {
  return since === null
    ? `At the first look, ${formatDate(at)}`
    : `Seen to change between ${formatDate(since)} and ${formatDate(at)}`;
}

function changeText({ change, before, after }: EtcSnapshotChange): string {
  switch (change) {
    case 'added':
      return after ? `added, ${sizeText(after.size)}` : 'added';
    case 'deleted':
      return 'deleted';
    case 'type':
      return `${before?.type ?? 'something'} became ${after?.type ?? 'something'}`;
    case 'metadata':
      return before && after
        ? `${modeText(before.mode)} ${ownerText(before)} became ${modeText(after.mode)} ${ownerText(after)}`
        : 'mode or owner';
    case 'content':
      return before && after ? `edited, ${sizeText(before.size)} became ${sizeText(after.size)}` : 'edited';
  }
}
