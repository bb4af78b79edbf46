import { useState, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Banner } from '../../parts/banner.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { changedName, KeyComparison, paramOf, type ChangedKeyProps } from './key-comparison.tsx';
import { ReplaceKeyDialog } from './replace-key-dialog.tsx';

/** A host whose key is not the known one: refused, with both fingerprints, the way to find out why, and to replace it after that. */
export function ChangedKey(props: ChangedKeyProps): ReactNode {
  const { hostName, failure, failedAt } = props;
  const [replacing, setReplacing] = useState(false);
  return (
    <Banner
      icon="exclamation-circle"
      tone="danger"
      title={
        <>
          <b>The host key of {changedName(hostName, failure)} has changed.</b> Berth has disconnected, and no password
          or command was sent.
        </>
      }
      details={
        <p>
          Either the host was reinstalled, or someone else answers at this address. An image update does not change host
          keys: they live in /etc and are kept.
        </p>
      }
    >
      <KeyComparison failure={failure} failedAt={failedAt} />
      <p className="keys__how">
        <b>Was it reinstalled?</b> Run this at the console of the host, not over SSH, and compare it with the offered
        key:
      </p>
      <CommandBlock commands={[paramOf(failure, 'command')]} what="the command" />
      <div className="keys__act">
        <Button onClick={() => setReplacing(true)}>Replace the known key…</Button>
        <span className="b-subtle b-small">Only if they agree. Until then Berth refuses.</span>
      </div>
      {replacing && <ReplaceKeyDialog {...props} onClose={() => setReplacing(false)} />}
    </Banner>
  );
}
