import { useState, type ReactNode } from 'react';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Kbd, Mono } from '../../components/small.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { changedName, KeyComparison, paramOf, type ChangedKeyProps } from './key-comparison.tsx';

/**
 * The one way to a new host key in place of a known one: both fingerprints, what proves the new one, and the name of the host
 * typed. The focus is on refusing; Enter never replaces.
 */
export function ReplaceKeyDialog({
  hostId,
  hostName,
  failure,
  failedAt,
  onClose,
}: ChangedKeyProps & { readonly onClose: () => void }): ReactNode {
  const { client, info, toasts } = useSession();
  const [typed, setTyped] = useState('');
  const [inUserFile, setInUserFile] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const file = paramOf(failure, 'file');
  const isUsersLine = !file.startsWith(info.dataDir);

  async function replace(): Promise<void> {
    setProblem(null);
    setBusy(true);
    const fingerprint = paramOf(failure, 'fingerprint');
    try {
      await client.host.replaceKey({ id: hostId, typedName: typed, fingerprint, inUserFile });
    } catch (error) {
      setBusy(false);
      setProblem(failureText(failureOf(error)));
      return;
    }
    onClose();
    toasts.add({ tone: 'ok', text: `The known key of ${hostName} was replaced. It is written to the history.` });
    client.host.connect({ id: hostId }).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  }

  return (
    <Dialog
      title={`Replace the known key of ${changedName(hostName, failure)}?`}
      icon={{ name: 'exclamation-circle', tone: 'danger' }}
      width={680}
      alert
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" autoFocus onClick={onClose}>
            Keep the known key
          </Button>
          <Button
            variant="danger"
            size="normal"
            busy={busy}
            disabledBecause={typed === hostName ? undefined : `Type ${hostName} first.`}
            onClick={() => {
              if (typed === hostName && !busy) void replace();
            }}
          >
            Replace and connect
          </Button>
          <span className="b-grow" />
          <span className="b-subtle b-small">
            <Kbd>Esc</Kbd> keeps it
          </span>
        </>
      }
    >
      <p className="keys__intro">
        Whoever holds the offered key will be taken for this host, with every password and command that follows.
      </p>
      <KeyComparison failure={failure} failedAt={failedAt} />
      <p className="keys__how">
        <b>Compare.</b> Run this on the host’s console, not over SSH. It must show the offered key:
      </p>
      <CommandBlock commands={[paramOf(failure, 'command')]} what="the command" />
      <div className="keys__name">
        <TextField
          label={
            <>
              It does: type <Mono>{hostName}</Mono> to replace the key
            </>
          }
          value={typed}
          maxLength={hostLimits.name}
          onChange={setTyped}
        />
      </div>
      <label className="keys__check">
        <input type="checkbox" checked={inUserFile} onChange={(event) => setInUserFile(event.target.checked)} />
        <span>
          In the <Mono>known_hosts</Mono> of <Mono>ssh</Mono> as well
          <small>
            {isUsersLine ? `The known line is in ${file}: without this, ssh goes on refusing the host. ` : ''}A copy of
            the file is kept beside it.
          </small>
        </span>
      </label>
      {problem !== null && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{problem}</span>
        </p>
      )}
    </Dialog>
  );
}
