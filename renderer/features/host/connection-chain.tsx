import type { ReactNode } from 'react';
import type { ConnectionHop, ConnectionPath } from '../../../shared/model/connection-path.ts';
import { formatAddress, SSH_PORT } from '../../../shared/parse/address.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';

interface ChainProps {
  readonly path: ConnectionPath;
  /** `user@computer` that Berth runs as. */
  readonly workstation: string;
  /** Round trip to the host over all hops. */
  readonly latencyMs: number | null;
}

/** The way from this computer to the host, hop by hop: where each is, as whom, and how its key was checked. */
export function ConnectionChain({ path, workstation, latencyMs }: ChainProps): ReactNode {
  return (
    <ol className="chain" aria-label="The way to the host">
      <li className="chain__hop">
        <span className="chain__name">This computer</span>
        <Mono>{workstation}</Mono>
        {path.proxyCommand !== null && <span className="b-subtle">through a ProxyCommand</span>}
      </li>
      {path.hops.map((hop, index) => {
        const isHost = index === path.hops.length - 1;
        return (
          <li key={index} className="chain__hop">
            <Icon name="long-arrow-alt-right" tone="muted" />
            <span className="chain__name" title={hop.name}>
              {hop.name}
              <span className="b-subtle">{isHost ? '' : ' jump host'}</span>
            </span>
            <Mono>{formatAddress({ ...hop, port: hop.port === SSH_PORT ? null : hop.port })}</Mono>
            <HopKey hop={hop} />
            {isHost && latencyMs !== null && (
              <StateWord icon="connected" tone="ok">
                {Math.max(1, Math.round(latencyMs))} ms there and back
              </StateWord>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function HopKey({ hop: { hostKey } }: { readonly hop: ConnectionHop }): ReactNode {
  if (!hostKey) {
    return (
      <StateWord icon="fingerprint" tone="muted">
        Key checked by ssh
      </StateWord>
    );
  }
  return (
    <>
      <StateWord icon="fingerprint" tone="ok">
        Key known, {hostKey.type.replace(/^ssh-/, '')}
      </StateWord>
      <span className="chain__fp">{hostKey.fingerprint}</span>
    </>
  );
}
