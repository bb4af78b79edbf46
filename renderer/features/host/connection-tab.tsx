import type { ReactNode } from 'react';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { byWords, privilegeName } from '../../parts/connect-options.ts';
import { sourceText } from '../../parts/source-text.ts';
import { useSession } from '../../state/session-context.ts';
import { ConnectionChain } from './connection-chain.tsx';
import { pathOf, resolverWords, transportWords } from './connection-words.ts';
import './connection-tab.css';
import { FactBox } from './fact-box.tsx';
import { privilegeLine } from './host-lines.ts';
import { KeyChanges } from './key-changes.tsx';
import { SudoRulesBox } from './sudo-rules-box.tsx';

/** How Berth gets to this host and in, and how it becomes root there. */
export function ConnectionTab({ detail }: { readonly detail: HostDetail }): ReactNode {
  const { info } = useSession();
  const { host, connection } = detail;
  const path = pathOf(connection);
  return (
    <div className="conn">
      {path ? (
        <ConnectionChain
          path={path}
          workstation={`${info.user}@${info.workstation}`}
          latencyMs={connection.kind === 'connected' ? connection.latencyMs : null}
        />
      ) : (
        <p className="conn__none">
          The way is found anew for every connection, as <Mono>ssh {host.address}</Mono> would find it. It stands here
          while Berth is connected.
        </p>
      )}
      <div className="conn__boxes">
        <FactBox title="Transport">
          <TransportFacts detail={detail} path={path} />
        </FactBox>
        <FactBox title="Root">
          <RootFacts detail={detail} />
        </FactBox>
        <FactBox title="Host key">
          <KeyChanges
            hostId={host.id}
            whenNone={
              <p className="b-subtle">
                Never replaced. A key that changes is refused; only a person can replace it, host by host.
              </p>
            }
          />
        </FactBox>
      </div>
    </div>
  );
}

function TransportFacts({
  detail: { host, choices },
  path,
}: {
  readonly detail: HostDetail;
  readonly path: ConnectionPath | null;
}): ReactNode {
  const { dialogs } = useSession();
  const { name, why } = transportWords(choices.transport, host.group, path);
  const { group } = host;
  const proxy = path?.proxyCommand ?? null;
  return (
    <dl>
      <dt>Made by</dt>
      <dd>
        {name}
        <small>{why}</small>
      </dd>
      {proxy !== null && (
        <>
          <dt>Through</dt>
          <dd>
            <Mono>{proxy}</Mono>
          </dd>
        </>
      )}
      {path && <RouteFacts path={path} />}
      {group !== null && (
        <>
          <dt>Group</dt>
          <dd>
            <Button variant="link" className="conn__group" onClick={() => dialogs.show({ kind: 'group', name: group })}>
              {group}…
            </Button>
          </dd>
        </>
      )}
      <dt>Host is from</dt>
      <dd>{host.source ? <Mono>{sourceText(host.source)}</Mono> : 'You added it'}</dd>
    </dl>
  );
}

/** Who made a way of the ssh configuration, and what of it nobody here understood. */
function RouteFacts({ path: { resolvedBy, notUnderstood } }: { readonly path: ConnectionPath }): ReactNode {
  const { name, why } = resolverWords(resolvedBy);
  return (
    <>
      <dt>Way found by</dt>
      <dd>
        {name}
        <small>{why}</small>
      </dd>
      {notUnderstood.length > 0 && (
        <>
          <dt>Left out</dt>
          <dd>
            <ul aria-label="Not understood in the ssh configuration">
              {notUnderstood.map(({ what, file, line }) => (
                <li key={`${file} ${String(line)} ${what}`}>
                  <Mono>{what}</Mono>, {file}, line {line.toLocaleString('en')}
                </li>
              ))}
            </ul>
            <small>Not understood: ssh itself might go another way.</small>
          </dd>
        </>
      )}
    </>
  );
}

function RootFacts({ detail: { host, facts, choices } }: { readonly detail: HostDetail }): ReactNode {
  const line = facts && privilegeLine(facts.privilege);
  return (
    <>
      {line && (
        <p>
          <StateWord icon={line.tone === 'ok' ? 'lock-open' : 'lock'} tone={line.tone}>
            {line.text}
          </StateWord>
          <small>{line.title}</small>
        </p>
      )}
      {facts?.privilege.kind !== 'root' && (
        <dl>
          <dt>Through</dt>
          <dd>
            {privilegeName(choices.privilege.value)}
            <small>{byWords(choices.privilege.by, host.group)}</small>
          </dd>
        </dl>
      )}
      {facts?.privilege.kind !== 'root' && <SudoRulesBox hostId={host.id} />}
    </>
  );
}
