import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';

/** A short label on a deployment; `title` explains it. `warn` wants attention. */
export interface Flag {
  readonly key: string;
  readonly text: string;
  readonly title: string;
  readonly tone: 'plain' | 'warn';
}

const flag = (key: string, text: string, title: string, tone: Flag['tone'] = 'plain'): Flag => ({
  key,
  text,
  title,
  tone,
});

/** Which place on the page a deployment has. */
export type Role = 'booted' | 'staged' | 'rollback' | 'other';

/** What is special about a deployment, most important first. Sources: bootc status v1, ostree origin (reference 1.2, 5.3, 5.4). */
export function flagsOf(deployment: Deployment, role: Role, set: DeploymentSet): readonly Flag[] {
  return [
    ...overlayFlags(role, set),
    ...layerFlags(deployment),
    ...(deployment.downloadOnly
      ? [
          flag(
            'download-only',
            'Downloaded only',
            'A plain reboot discards it. An upgrade unlocks it for the next boot.',
            'warn',
          ),
        ]
      : []),
    ...(deployment.pinned
      ? [flag('pinned', 'Pinned', 'Kept when a newer deployment takes its turn, until it is unpinned on the host.')]
      : []),
    flag('backend', set.backend, backendTitle(set)),
    ...softRebootFlags(deployment, role, set),
    ...(deployment.serial === null
      ? []
      : [flag('serial', `Serial ${deployment.serial}`, 'Tells deployments of the same content apart.')]),
    ...signatureFlags(deployment),
    ...transportFlags(deployment),
    ...(deployment.stateroot === null || deployment.stateroot === 'default'
      ? []
      : [flag('stateroot', `Stateroot ${deployment.stateroot}`, 'Which /var and which deployments belong together.')]),
  ];
}

function overlayFlags(role: Role, set: DeploymentSet): readonly Flag[] {
  if (role !== 'booted' || !set.usrOverlay) return [];
  const { access, persistence } = set.usrOverlay;
  const lasts =
    persistence === 'transient'
      ? 'Changes below /usr are gone after a reboot.'
      : 'Changes below /usr stay until the next update.';
  return [
    flag(
      'usr-overlay',
      `/usr overlay, ${persistence}`,
      access === 'read-write'
        ? `/usr is writable now. ${lasts}`
        : `An overlay lies over /usr, read-only for most. ${lasts}`,
      'warn',
    ),
  ];
}

function layerFlags(deployment: Deployment): readonly Flag[] {
  if (!deployment.incompatible) return [];
  const { layers } = deployment;
  const [first] = layers;
  const named = first === undefined ? '' : `: ${first}${layers.length > 1 ? ` and ${layers.length - 1} more` : ''}`;
  const all = layers.length > 0 ? layers.join(', ') : 'what exactly is not known';
  const why = `Local changes made with rpm-ostree keep bootc from updating this: ${all}.`;
  return [flag('incompatible', `Layered${named}`, why, 'warn')];
}

function softRebootFlags(deployment: Deployment, role: Role, set: DeploymentSet): readonly Flag[] {
  // Relative to the booted deployment, and only bootc tells.
  if (role === 'booted' || set.source !== 'bootc') return [];
  return [
    deployment.softRebootCapable
      ? flag(
          'soft-reboot',
          'Soft reboot possible',
          'Same kernel, arguments and SELinux policy as booted: userspace alone can restart into it.',
        )
      : flag(
          'soft-reboot',
          'No soft reboot',
          'Kernel, arguments or SELinux policy differ from booted, or systemd cannot: it takes a full reboot.',
        ),
  ];
}

function signatureFlags(deployment: Deployment): readonly Flag[] {
  if (!deployment.image) return [];
  const { signature } = deployment.image.reference;
  if (signature === null) {
    return [flag('signature', 'Signature not enforced', 'bootc does not insist on a signature of this image.')];
  }
  if (signature === 'containerPolicy') {
    return [
      flag('signature', 'Signature by policy', 'The host’s containers policy.json decides which signatures count.'),
    ];
  }
  const remote = signature.startsWith('ostreeRemote:') ? signature.slice('ostreeRemote:'.length) : signature;
  return [flag('signature', `Signed, remote ${remote}`, `Checked with the GPG keys of the ostree remote ${remote}.`)];
}

function transportFlags(deployment: Deployment): readonly Flag[] {
  const transport = deployment.image?.reference.transport;
  if (transport === undefined || transport === 'registry') return [];
  return [flag('transport', transport, `The image comes by the transport ${transport}, not from a registry.`)];
}

function backendTitle(set: DeploymentSet): string {
  return set.backend === 'composefs'
    ? 'Deployments are composefs images, verified by fs-verity.'
    : 'Deployments are ostree checkouts below /ostree/deploy.';
}
