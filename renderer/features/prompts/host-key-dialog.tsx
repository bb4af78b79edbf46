import { useState, type ReactNode } from 'react';
import { formatTime } from '../../../shared/logic/format.ts';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { StateWord } from '../../components/icon.tsx';
import { Kbd } from '../../components/small.tsx';

type HostKeyPrompt = Extract<Prompt, { kind: 'host-key' }>;

/** A host that nobody has seen before: its key, how to compare it, and a default that cannot hurt. */
export function HostKeyDialog({
  prompt,
  more,
  onAnswer,
}: {
  readonly prompt: HostKeyPrompt;
  readonly more: ReactNode;
  readonly onAnswer: (answer: PromptAnswer) => void;
}): ReactNode {
  const [alsoUser, setAlsoUser] = useState(false);
  const refuse = () => onAnswer({ kind: 'cancel' });
  return (
    <Dialog
      title={`Is this the host key of ${prompt.hostName}?`}
      icon={{ name: 'fingerprint', tone: 'warn' }}
      width={680}
      alert
      onClose={refuse}
      footer={
        <>
          <Button variant="primary" size="normal" onClick={refuse} autoFocus>
            Refuse this key
          </Button>
          <Button
            size="normal"
            onClick={() => onAnswer({ kind: 'accept-host-key', saveTo: alsoUser ? 'user' : 'berth' })}
          >
            Accept this key
          </Button>
          <span className="b-grow" />
          {more}
          <span className="b-subtle b-small">
            <Kbd>Enter</Kbd> or <Kbd>Esc</Kbd> refuses
          </span>
        </>
      }
    >
      <p>
        This computer has not seen the host before. No password or command was sent. Whoever accepts a wrong key talks
        to someone else.
      </p>
      <div className="prompt-key">
        <div>
          <StateWord icon="key" tone="muted">
            Offered now
          </StateWord>
          <span className="b-subtle b-small">{formatTime(prompt.askedAt)}</span>
        </div>
        <div>
          <span className="prompt-key__print">{prompt.fingerprint}</span>
          <span className="b-subtle b-small">
            {prompt.keyType}, from {prompt.address} port {prompt.port}
          </span>
        </div>
      </div>
      <p>
        <b className="b-strong">Compare.</b> Run this on the host’s console, not over SSH:
      </p>
      <div className="b-command">
        <span className="b-grow">{prompt.command}</span>
        <CopyButton text={prompt.command} what="the command" />
      </div>
      <label className="prompt-check">
        <input type="checkbox" checked={alsoUser} onChange={(event) => setAlsoUser(event.target.checked)} />
        <span>
          Accept it for <span className="b-mono">ssh</span> as well
          <span className="b-subtle b-small">
            Writes <span className="b-mono">~/.ssh/known_hosts</span>; otherwise Berth keeps the key in a file of its
            own.
          </span>
        </span>
      </label>
    </Dialog>
  );
}
