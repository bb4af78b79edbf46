import { useState, type ReactNode } from 'react';
import { MAX_BUNDLE_HOSTS } from '../../../shared/contract/forensics.ts';
import { formatBytes, plural } from '../../../shared/logic/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { saveBytes } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import './forensics.css';

type State =
  | { readonly kind: 'asked' }
  | { readonly kind: 'making' }
  | { readonly kind: 'saved'; readonly text: string; readonly notRead: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string };

/** An incident bundle of hosts: what will be in it, then the file. */
export function BundleDialog({
  hostIds,
  onClose,
}: {
  readonly hostIds: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const firstName = useFleet(({ rows }) => rows.get(hostIds[0] ?? '')?.name);
  const [state, setState] = useState<State>({ kind: 'asked' });
  const tooMany =
    hostIds.length > MAX_BUNDLE_HOSTS ? `A bundle takes ${String(MAX_BUNDLE_HOSTS)} hosts at most.` : undefined;

  const make = () => {
    setState({ kind: 'making' });
    client.forensics.bundle({ hostIds: [...hostIds] }).then(
      ({ fileName, base64, files, masked, notRead }) => {
        const size = saveBytes(fileName, base64, 'application/gzip');
        const text = `${fileName}: ${plural(files, 'file')}, ${formatBytes(size)}, ${plural(masked, 'secret')} masked.`;
        setState({ kind: 'saved', text, notRead });
      },
      (error: unknown) => setState({ kind: 'failed', text: failureText(failureOf(error)) }),
    );
  };

  return (
    <Dialog
      title={`Incident bundle of ${hostIds.length === 1 ? (firstName ?? 'one host') : plural(hostIds.length, 'host')}`}
      onClose={onClose}
      footer={
        <>
          {state.kind === 'saved' ? (
            <Button variant="primary" autoFocus onClick={onClose}>
              Close
            </Button>
          ) : (
            <>
              <Button variant="primary" busy={state.kind === 'making'} disabledBecause={tooMany} onClick={make}>
                Make and save the bundle
              </Button>
              <Button variant="link" onClick={onClose}>
                Cancel
              </Button>
            </>
          )}
        </>
      }
    >
      <p>
        One archive (tar.gz) for whoever looks into what happened. It is read from the hosts now, and changes nothing
        there:
      </p>
      <ul className="bundle__list">
        <li>why each host runs what it runs, with the lines that show it, and its last boots</li>
        <li>
          facts, status of bootc, ostree and rpm-ostree, failed units, boot entries, names of what changed in /etc
        </li>
        <li>the journals of this boot and the one before, their ends</li>
        <li>what Berth did there, with the logs, and a manifest with sizes and sha256</li>
      </ul>
      <p>What looks like a secret is masked, but such masks have holes: look through it before you hand it on.</p>
      {state.kind === 'saved' && (
        <div role="status">
          <p>
            <Icon name="check-circle" tone="ok" /> Saved {state.text}
          </p>
          {state.notRead.length > 0 && (
            <p>
              <Icon name="exclamation-triangle" tone="warn" /> Not read now: {state.notRead.slice(0, 20).join(', ')}.
              What Berth knew of them is in it.
            </p>
          )}
        </div>
      )}
      {state.kind === 'failed' && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{state.text}</span>
        </p>
      )}
    </Dialog>
  );
}
