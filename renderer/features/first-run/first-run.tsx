import './first-run.css';
import type { ReactNode } from 'react';
import { StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { Button } from '../../components/button.tsx';
import { useSession } from '../../state/session-context.ts';
import { DemoPanel } from './demo-panel.tsx';
import { QuickConnect } from './quick-connect.tsx';

/** The fleet without hosts: how to get the first one. */
export function FirstRun(): ReactNode {
  const { info, dialogs } = useSession();
  return (
    <div className="first">
      <div className="first__in">
        <header>
          <h1>Connect your first host</h1>
          <p className="b-subtle">
            Berth logs in as <Mono>ssh</Mono> does on this computer. Nothing is installed on a host, and nothing is
            contacted before you ask.
          </p>
        </header>
        <QuickConnect user={info.user} />
        <div className="first__panels">
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
            </div>
          </section>
          <DemoPanel />
        </div>
        <ul className="first__promises">
          <li>
            <StateWord icon="fingerprint" tone="ok">
              Host keys are checked against <Mono>known_hosts</Mono>, always
            </StateWord>
          </li>
          <li>
            <StateWord icon="key" tone="ok">
              Private keys stay on this computer
            </StateWord>
          </li>
          <li>
            <StateWord icon="eye-slash" tone="ok">
              Nothing on hosts, no account, no telemetry
            </StateWord>
          </li>
        </ul>
      </div>
    </div>
  );
}
