import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';

/** Where the ssh configuration names no host: one by hand, or many from a file. */
export function AddPanel(): ReactNode {
  const { info, dialogs } = useSession();
  return (
    <section className="first__panel">
      <div className="first__panel-body">
        <h2>Add a host with its details</h2>
        <p className="b-subtle b-dense">A name of your own, a group and tags to filter by, a note.</p>
        <ul className="first__list">
          <li>
            <StateWord icon="key" tone="muted">
              {info.agentKeys === null
                ? 'No ssh-agent was found: key files are read'
                : `The ssh-agent holds ${info.agentKeys === 1 ? '1 key' : `${info.agentKeys} keys`}`}
            </StateWord>
          </li>
          <li>
            <StateWord icon="terminal" tone="muted">
              A key file of its own, a port, a user
            </StateWord>
          </li>
          <li>
            <StateWord icon="question-circle" tone="muted">
              Passwords and passphrases are asked for when needed
            </StateWord>
          </li>
          <li>
            <StateWord icon="lock" tone="muted">
              Root, or sudo with or without a password
            </StateWord>
          </li>
        </ul>
      </div>
      <div className="first__panel-foot">
        <Button onClick={() => dialogs.show({ kind: 'add-host', address: '' })}>Add a host…</Button>
        <Button variant="link" onClick={() => dialogs.show({ kind: 'import', from: 'ansible' })}>
          Import hosts from a file…
        </Button>
      </div>
    </section>
  );
}
