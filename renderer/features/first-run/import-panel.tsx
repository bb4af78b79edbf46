import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { Discovery } from '../../../shared/model/source.ts';
import { Button } from '../../components/button.tsx';
import { Mono, Tag } from '../../components/small.tsx';
import { shortLine } from '../../parts/source-text.ts';
import { useSession } from '../../state/session-context.ts';

/** Hosts that are named before the dialog shows them all. */
const SHOWN = 6;

/** The hosts that ssh knows already, which is how most fleets begin. */
export function ImportPanel({ discovery }: { readonly discovery: Discovery }): ReactNode {
  const { dialogs } = useSession();
  const hosts = discovery.hosts.filter(({ refusal }) => refusal === null);
  return (
    <section className="first__panel" aria-label="Import from the ssh configuration">
      <div className="first__panel-body">
        <div className="first__panel-head">
          <h2>
            Import from <Mono>~/.ssh/config</Mono>
          </h2>
          <Tag>{plural(hosts.length, 'host')} found</Tag>
        </div>
        <p className="b-subtle b-dense">Berth reads the file and follows its changes. It never writes to it.</p>
        <ul className="first__found">
          {hosts.slice(0, SHOWN).map((host) => (
            <li key={host.name}>
              <span className="b-cut" title={host.name}>
                {host.name}
              </span>
              <span className="b-mono b-subtle b-cut" title={host.file}>
                {shortLine(host)}
              </span>
            </li>
          ))}
          {hosts.length > SHOWN && <li className="b-subtle">{(hosts.length - SHOWN).toLocaleString('en')} more</li>}
        </ul>
      </div>
      <div className="first__panel-foot">
        <Button onClick={() => dialogs.show({ kind: 'import', from: 'ssh-config' })}>
          Import {plural(hosts.length, 'host')}…
        </Button>
        <span>
          <Button variant="link" onClick={() => dialogs.show({ kind: 'import', from: 'ansible' })}>
            Another file…
          </Button>
          <Button variant="link" onClick={() => dialogs.show({ kind: 'add-host', address: '' })}>
            Add a host…
          </Button>
        </span>
      </div>
    </section>
  );
}
