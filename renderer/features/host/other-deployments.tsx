import type { ReactNode } from 'react';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { digestOf, formatDate, versionLabel } from '../../../shared/logic/format.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { StateWord } from '../../components/icon.tsx';
import { Digest } from '../../parts/digest.tsx';
import { Flags } from './deployment-card.tsx';
import { flagsOf } from './deployment-flags.ts';
import { DeploymentMenu } from './deployment-menu.tsx';

/** Every deployment that has no card: pinned ones first, then older ones and those of other stateroots. */
export function OtherDeployments({
  set,
  detail,
}: {
  readonly set: DeploymentSet;
  readonly detail: HostDetail;
}): ReactNode {
  if (set.others.length === 0) return null;
  const ordered = [...set.others].sort((a, b) => Number(b.pinned) - Number(a.pinned));
  return (
    <ul className="others" aria-label="Other deployments">
      {ordered.map((deployment) => (
        <li key={deployment.id}>
          <StateWord icon={deployment.pinned ? 'thumbtack' : 'ring'} tone="muted">
            <b className="b-strong">{deployment.pinned ? 'Pinned' : 'Kept'}</b>
          </StateWord>
          <b className="b-strong b-cut" title={versionLabel(deployment)}>
            {versionLabel(deployment)}
          </b>
          <Digest digest={digestOf(deployment)} place="card" what={deployment.image ? 'the digest' : 'the checksum'} />
          <span className="b-subtle">built {formatDate(deployment.timestamp)}</span>
          <Flags flags={flagsOf(deployment, 'other', set).filter(({ key }) => key !== 'pinned' && key !== 'backend')} />
          <span className="b-grow" />
          <DeploymentMenu deployment={deployment} detail={detail} />
        </li>
      ))}
    </ul>
  );
}
