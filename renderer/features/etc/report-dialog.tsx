import { useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcView } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { saveText } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import './etc-dialogs.css';

type Format = 'markdown' | 'json' | 'csv';

/** A report of what was changed in /etc on some hosts, saved as a file. */
export function EtcReportDialog({
  hostIds,
  view,
  onClose,
}: {
  readonly hostIds: readonly string[];
  readonly view: EtcView;
  readonly onClose: () => void;
}): ReactNode {
  const { client, toasts } = useSession();
  const name = useFleet(({ rows }) => rows.get(hostIds[0] ?? '')?.name);
  const [format, setFormat] = useState<Format>('markdown');
  const [making, setMaking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const make = async () => {
    setMaking(true);
    setFailure(null);
    try {
      const { fileName, text } = await client.etc.report({ hostIds: [...hostIds], view, format });
      saveText(fileName, text);
      toasts.add({ tone: 'ok', text: `Saved ${fileName}.` });
      onClose();
    } catch (error) {
      setFailure(failureText(failureOf(error)));
      setMaking(false);
    }
  };

  return (
    <Dialog
      title={`Report of /etc, ${hostIds.length === 1 ? (name ?? 'one host') : plural(hostIds.length, 'host')}`}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" busy={making} onClick={() => void make()}>
            Make and save it
          </Button>
          <Button variant="link" size="normal" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <div className="etcdialog">
        <p>Paths, what was changed and what will come of it. It holds no content of any file.</p>
        <Choices<Format>
          legend="As"
          value={format}
          options={[
            { value: 'markdown', text: 'Markdown', about: 'To read, and for tickets.' },
            { value: 'json', text: 'JSON', about: 'For programs.' },
            { value: 'csv', text: 'CSV', about: 'For spreadsheets.' },
          ]}
          onChange={setFormat}
        />
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
