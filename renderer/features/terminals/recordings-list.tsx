import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { formatBytes, formatTime } from '../../../shared/logic/format.ts';
import type { Recording } from '../../../shared/model/terminal.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { Mono } from '../../components/small.tsx';
import { saveText } from '../../parts/save-text.ts';
import { dockTab } from '../../state/dock-store.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import type { Session } from '../../state/session.ts';
import { clockText } from './cast.ts';
import './recordings.css';

/** The recordings of a host, or of all, newest first; each can be played, saved and deleted. */
export function RecordingsList({ hostId }: { readonly hostId: string | null }): ReactNode {
  const session = useSession();
  const { client, toasts } = session;
  const [list, setList] = useState<readonly Recording[] | null>(null);
  const [deleting, setDeleting] = useState<Recording | null>(null);
  // Those that go on: the list is asked for again when one begins or ends.
  const running = useStore(session.terminals, ({ terminals }) =>
    [...terminals.values()].map(({ recording }) => recording?.id ?? '').join(),
  );
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    let current = true;
    client.terminal.recordings({ hostId }).then(
      (recordings) => current && setList(recordings),
      (error: unknown) => {
        if (current) toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, hostId, toasts, running, asked]);

  const remove = useCallback(
    ({ id }: Recording) => {
      setDeleting(null);
      client.terminal.removeRecording({ id }).then(
        () => setAsked((count) => count + 1),
        (error: unknown) => toasts.add({ tone: 'danger', text: failureText(failureOf(error)) }),
      );
    },
    [client, toasts],
  );

  if (!list) return null;
  return (
    <section className="recordings" aria-label="Recordings">
      {list.length === 0 ? (
        <p className="b-subtle">
          Nothing is recorded{hostId !== null && ' of this host'}. The record button of the dock begins one.
        </p>
      ) : (
        <table className="recordings__table">
          <thead>
            <tr>
              <th scope="col">Begun</th>
              <th scope="col">
                <span className="b-hidden">Actions</span>
              </th>
              {hostId === null && <th scope="col">Host</th>}
              <th scope="col">User</th>
              <th scope="col">Length</th>
              <th scope="col">Size</th>
              <th scope="col">Typed</th>
            </tr>
          </thead>
          <tbody>
            {list.map((recording) => (
              <tr key={recording.id}>
                <td>{formatTime(Date.parse(recording.startedAt))}</td>
                <td className="recordings__acts">
                  <Button
                    variant="link"
                    icon="play"
                    onClick={() => session.dock.ask({ kind: 'show', tab: dockTab.recording(recording.id) })}
                  >
                    Play
                  </Button>
                  <MenuButton
                    label={`Actions for the recording of ${formatTime(Date.parse(recording.startedAt))}`}
                    items={[
                      {
                        label: 'Save as asciicast',
                        icon: 'download',
                        run: () => void saveRecording(session, recording.id, 'cast'),
                      },
                      {
                        label: 'Save as text',
                        icon: 'download',
                        run: () => void saveRecording(session, recording.id, 'text'),
                      },
                      {
                        label: 'Delete…',
                        icon: 'trash',
                        danger: true,
                        separated: true,
                        run: () => setDeleting(recording),
                      },
                    ]}
                  />
                </td>
                {hostId === null && <td className="b-cut">{recording.hostName}</td>}
                <td>
                  <Mono>{recording.user}</Mono>
                </td>
                <td>
                  {recording.durationMs === null ? 'goes on, or broke off' : clockText(recording.durationMs / 1000)}
                </td>
                <td>{formatBytes(recording.bytes)}</td>
                <td>{recording.withInput ? 'recorded too' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {deleting && (
        <Dialog
          title="Delete this recording?"
          width={440}
          onClose={() => setDeleting(null)}
          footer={
            <>
              <Button size="normal" autoFocus onClick={() => setDeleting(null)}>
                Cancel
              </Button>
              <Button size="normal" variant="danger" onClick={() => remove(deleting)}>
                Delete
              </Button>
            </>
          }
        >
          <p>
            {deleting.hostName}, {formatTime(Date.parse(deleting.startedAt))}, {formatBytes(deleting.bytes)}. It is gone
            for good.
          </p>
        </Dialog>
      )}
    </section>
  );
}

/** Hands a recording to the user as a file. */
export async function saveRecording({ client, toasts }: Session, id: string, format: 'cast' | 'text'): Promise<void> {
  try {
    const pieces: string[] = [];
    let name = `recording.${format === 'cast' ? 'cast' : 'txt'}`;
    for await (const { fileName, text } of await client.terminal.exportRecording({ id, format })) {
      name = fileName;
      pieces.push(text);
    }
    saveText(name, pieces.join(''));
  } catch (error) {
    toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
  }
}
