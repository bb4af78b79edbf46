import { useState, type ReactNode } from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import './etc-dialogs.css';
import { HostChoice } from './host-choice.tsx';

/** Puts the version of this host on others: which ones, then a plan for each of them. */
export function CopyDialog({
  comparison: { hostId, view },
  entry: { path, isSecret },
  hostName,
  onClose,
}: {
  readonly comparison: EtcComparison;
  readonly entry: EtcEntry;
  readonly hostName: string;
  readonly onClose: () => void;
}): ReactNode {
  const { client, dialogs } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reading, setReading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const plan = async () => {
    setReading(true);
    setFailure(null);
    try {
      const { content, node } = await client.etc.copyContent({ hostId, view, side: 'local', path, reveal: isSecret });
      const { mode, uid, gid } = node;
      // Each host has something else there now: what is found when its plan is made.
      const files = [{ act: 'write' as const, path, seen: 'found' as const, content, mode, uid, gid }];
      dialogs.show({ kind: 'plan', request: { verb: 'etc', files }, hostIds: [...chosen] });
      onClose();
    } catch (error) {
      setFailure(failureText(failureOf(error)));
      setReading(false);
    }
  };

  return (
    <Dialog
      title={`Copy /etc/${showPath(path)} of ${hostName} to …`}
      width={760}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            size="normal"
            busy={reading}
            disabledBecause={chosen.size === 0 ? 'Choose at least one host.' : undefined}
            onClick={() => chosen.size > 0 && !reading && void plan()}
          >
            Plan for {plural(chosen.size, 'host')}…
          </Button>
        </>
      }
    >
      <div className="etcdialog">
        <p>
          The file goes with its mode and owner from host to host and is not shown here. What each host has there now is
          saved first, and can be put back.{isSecret && ' It is a secret: that it was read is written to the history.'}
        </p>
        <HostChoice like={hostId} chosen={chosen} onChoose={setChosen} />
        {failure !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{failure}</span>
          </p>
        )}
      </div>
    </Dialog>
  );
}
