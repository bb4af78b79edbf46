import './first-run.css';
import { useEffect, useState, type ReactNode } from 'react';
import type { Discovery } from '../../../shared/model/source.ts';
import { StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { useSession } from '../../state/session-context.ts';
import { AddPanel } from './add-panel.tsx';
import { DemoPanel } from './demo-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { QuickConnect } from './quick-connect.tsx';

/** The fleet without hosts: how to get the first one. */
export function FirstRun(): ReactNode {
  const { info } = useSession();
  const discovery = useSshConfig();
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
          {discovery && discovery.hosts.length > 0 ? <ImportPanel discovery={discovery} /> : <AddPanel />}
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

/** What the ssh configuration names; null while it is read, and where it cannot be: the dialog then says why. */
function useSshConfig(): Discovery | null {
  const { client } = useSession();
  const [discovery, setDiscovery] = useState<Discovery | null>(null);
  useEffect(() => {
    let current = true;
    client.source.discover({ place: { kind: 'ssh-config' } }).then(
      (found) => current && setDiscovery(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client]);
  return discovery;
}
