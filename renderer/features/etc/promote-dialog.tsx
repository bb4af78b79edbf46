import { useEffect, useState, type ReactNode } from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { plural } from '../../../shared/logic/format.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { saveBytes } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import type { Session } from '../../state/session.ts';
import './etc-dialogs.css';

type Format = 'tar' | 'patch';
type Promoted = Awaited<ReturnType<Session['client']['etc']['promote']>>;
interface State {
  readonly format: Format | null;
  readonly promoted: Promoted | null;
  readonly failure: string | null;
}

/** What was changed here, for the image: the fragment of a Containerfile, and the files to save. */
export function PromoteDialog({
  hostId,
  hostName,
  paths,
  onClose,
}: {
  readonly hostId: string;
  readonly hostName: string;
  readonly paths: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const [format, setFormat] = useState<Format>('tar');
  const [state, setState] = useState<State>({ format: null, promoted: null, failure: null });
  const [asked] = useState(paths);

  useEffect(() => {
    let current = true;
    client.etc.promote({ hostId, paths: [...asked], format }).then(
      (promoted) => current && setState({ format, promoted, failure: null }),
      (error: unknown) => current && setState({ format, promoted: null, failure: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, hostId, asked, format]);

  const { promoted, failure } = state;
  const isReady = state.format === format && promoted !== null;
  return (
    <Dialog
      title={`Promote ${plural(paths.length, 'change')} of ${hostName} to the image`}
      width={680}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            size="normal"
            busy={state.format !== format}
            disabledBecause={isReady ? undefined : 'There is nothing to save.'}
            onClick={() => {
              if (isReady)
                saveBytes(promoted.fileName, promoted.base64, format === 'tar' ? 'application/x-tar' : 'text/x-patch');
            }}
          >
            {isReady ? `Save ${promoted.fileName}` : 'Save'}
          </Button>
          <Button variant="link" size="normal" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="etcdialog">
        <p>What is in the image is no drift any more. Nothing is changed on the host; the files are read from it.</p>
        <Choices
          legend="As"
          value={format}
          options={[
            {
              value: 'tar',
              text: 'An archive (tar)',
              about: 'The files with their modes and owners, and the fragment.',
            },
            { value: 'patch', text: 'A patch', about: 'For a repository that has the files of the image already.' },
          ]}
          onChange={setFormat}
        />
        {failure !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{failure}</span>
          </p>
        )}
        {promoted && (
          <>
            <h3>For the Containerfile</h3>
            <CommandBlock commands={promoted.containerfile.split('\n')} what="the fragment" />
            {promoted.leftOut.length > 0 && (
              <>
                <h3>Left out</h3>
                <ul className="etcdialog__list">
                  {promoted.leftOut.map(({ path, why }) => (
                    <li key={path}>
                      <Mono>/etc/{showPath(path)}</Mono>: {why}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
