import type { ReactNode } from 'react';
import { digestOf, versionLabel } from '../../../shared/logic/format.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { MenuButton } from '../../components/menu.tsx';
import { deploymentItems, verbMenu } from '../../parts/verb-items.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';

/** What can be done with one deployment of a host. */
export function DeploymentMenu({
  deployment,
  detail,
}: {
  readonly deployment: Deployment;
  readonly detail: HostDetail;
}): ReactNode {
  const { dialogs } = useSession();
  const guarded = useGuarded();
  return (
    <MenuButton
      label={`Actions for ${versionLabel(deployment)}`}
      items={[
        ...verbMenu(deploymentItems(deployment), detail, dialogs, guarded),
        {
          label: deployment.image ? 'Copy the digest' : 'Copy the checksum',
          icon: 'copy',
          separated: true,
          run: () => void navigator.clipboard.writeText(digestOf(deployment)),
        },
      ]}
    />
  );
}
