import { useEffect, useRef, useState, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { formatBytes, plural } from '../../../shared/logic/format.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import type { JournalFormat } from '../../../shared/model/journal.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { savePieces } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

type State =
  | { readonly kind: 'asked' }
  | { readonly kind: 'reading'; readonly entries: number; readonly bytes: number }
  | { readonly kind: 'saved'; readonly text: string; readonly notRead: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string };

const formats = [
  { value: 'text', text: 'Text', about: 'A line an entry: time with its zone, host, who, message.' },
  { value: 'json', text: 'JSON lines', about: 'All fields of each entry, as journalctl -o json has them.' },
  { value: 'export', text: 'Journal export format', about: 'For systemd-journal-remote and journalctl --file.' },
] as const;

/** All that passes the filter as a file, from all hosts that are shown. */
export function ExportDialog({
  hosts,
  filter,
  onClose,
}: {
  readonly hosts: readonly { readonly id: string; readonly name: string }[];
  readonly filter: JournalFilter;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const [format, setFormat] = useState<JournalFormat>('text');
  const [state, setState] = useState<State>({ kind: 'asked' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const save = async () => {
    const own = new AbortController();
    abort.current = own;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let [fileName, entries, bytes] = ['journal', 0, 0];
    setState({ kind: 'reading', entries, bytes });
    try {
      const hostIds = hosts.map(({ id }) => id);
      for await (const piece of await client.journal.export({ hostIds, filter, format }, { signal: own.signal })) {
        if (piece.kind === 'begin') ({ fileName } = piece);
        else if (piece.kind === 'piece') {
          const part = Uint8Array.from(atob(piece.base64), (character) => character.charCodeAt(0));
          pieces.push(part);
          entries += piece.entries;
          bytes += part.length;
          setState({ kind: 'reading', entries, bytes });
        } else {
          savePieces(fileName, pieces, format === 'export' ? 'application/vnd.fdo.journal' : 'text/plain');
          const masked = piece.masked > 0 ? `, ${plural(piece.masked, 'secret')} masked` : '';
          const cut = piece.cut ? ' There was more than an export takes.' : '';
          const text = `${fileName}: ${plural(piece.entries, 'entry', 'entries')}, ${formatBytes(bytes)}${masked}.${cut}`;
          const notRead = piece.notRead.map(({ host, failure }) => `${host}: ${describe(failure).text}`);
          setState({ kind: 'saved', text, notRead });
        }
      }
    } catch (error) {
      if (!own.signal.aborted) setState({ kind: 'failed', text: failureText(failureOf(error)) });
    }
  };

  return (
    <Dialog
      title={`Export the journal of ${hosts.length === 1 ? (hosts[0]?.name ?? '') : plural(hosts.length, 'host')}`}
      onClose={onClose}
      footer={
        state.kind === 'saved' ? (
          <Button variant="primary" size="normal" autoFocus onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button variant="primary" size="normal" busy={state.kind === 'reading'} onClick={() => void save()}>
              Read and save
            </Button>
            <Button variant="link" size="normal" onClick={onClose}>
              Cancel
            </Button>
          </>
        )
      }
    >
      <Choices legend="Format" value={format} options={formats} onChange={setFormat} />
      <p>
        What passes the filter, host after host. What looks like a secret is masked, but such masks have holes: look
        through it before you hand it on.
      </p>
      <div role="status">
        {state.kind === 'reading' && (
          <p className="b-num">
            {plural(state.entries, 'entry', 'entries')}, {formatBytes(state.bytes)}…
          </p>
        )}
        {state.kind === 'saved' && (
          <>
            <p>
              <Icon name="check-circle" tone="ok" /> Saved {state.text}
            </p>
            {state.notRead.map((line) => (
              <p key={line}>
                <Icon name="exclamation-triangle" tone="warn" /> Not read: {line}
              </p>
            ))}
          </>
        )}
      </div>
      {state.kind === 'failed' && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{state.text}</span>
        </p>
      )}
    </Dialog>
  );
}
