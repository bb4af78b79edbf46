import type { DemoDeployment } from './deployment.ts';
import { deployments, newestOfHost, type HostState } from './host-state.ts';
import { isContainer, type Release } from './releases.ts';

const DAY_MS = 86_400_000;

interface Clock {
  /** When the demo was started, epoch milliseconds: builds are dated from there. */
  readonly startedAt: number;
}

/** `bootc status --format=json --format-version=1`: one line, sorted keys, no line feed at the end (reference 1.2). */
export function bootcStatus(state: HostState, { startedAt }: Clock): string {
  const { spec, booted } = state;
  const composefs = spec.backend === 'composefs';
  const isLayered = spec.layered.length > 0;
  const isImage = spec.kind === 'bootc' && booted !== null && !isLayered;

  const reference = (deployment: DemoDeployment) => ({
    image: deployment.reference,
    transport: 'registry',
    ...(deployment.enforcesPolicy ? { signature: 'containerPolicy' } : {}),
  });
  const imageStatus = (deployment: DemoDeployment, release: Release) => ({
    architecture: 'amd64',
    image: reference(deployment),
    imageDigest: release.digest,
    timestamp: builtAt(release, startedAt),
    version: release.version,
  });
  const entry = (deployment: DemoDeployment | null) => {
    if (deployment === null) return null;
    const cached = deployment.cachedUpdate;
    return {
      cachedUpdate: cached === null || composefs || !isImage ? null : imageStatus(deployment, cached),
      composefs: composefs
        ? {
            bootDigest: deployment.verity.slice(0, 64),
            bootType: 'Bls',
            bootloader: 'systemd',
            missingVerityAllowed: false,
            verity: deployment.verity,
          }
        : null,
      downloadOnly: deployment.downloadOnly,
      image: isImage ? imageStatus(deployment, deployment.release) : null,
      incompatible: isLayered && deployment === booted,
      ostree: composefs
        ? null
        : { checksum: deployment.checksum, deploySerial: deployment.serial, stateroot: 'default' },
      pinned: deployment.pinned,
      softRebootCapable: deployment !== booted && deployment.release.kernel === booted?.release.kernel,
      store: composefs ? null : 'ostreeContainer',
    };
  };

  return canonicalJson({
    apiVersion: 'org.containers.bootc/v1',
    kind: 'BootcHost',
    metadata: { name: 'host' },
    spec: {
      bootOrder: isImage && state.rollbackQueued ? 'rollback' : 'default',
      image: isImage ? reference(newestOfHost(state) ?? booted) : null,
    },
    status: {
      booted: entry(booted),
      ...(state.others.length > 0 ? { otherDeployments: state.others.map(entry) } : {}),
      readOnly: false,
      rollback: entry(state.rollback),
      rollbackQueued: state.rollbackQueued,
      staged: entry(state.staged),
      type: isImage ? 'bootcHost' : null,
      usrOverlay: state.usrOverlay ? { accessMode: 'readWrite', persistence: 'transient' } : null,
    },
  });
}

/** `rpm-ostree status --json` (reference 6.1), with the keys that a reader needs. */
export function rpmOstreeStatus(state: HostState, { startedAt }: Clock): string {
  const { spec } = state;
  return JSON.stringify({
    deployments: deployments(state).map((deployment) => {
      const { reference } = deployment;
      const isImage = isContainer(deployment.image);
      const layered = deployment === state.booted ? spec.layered : [];
      return {
        id: `default-${deployment.checksum}.${String(deployment.serial)}`,
        osname: 'default',
        checksum: deployment.checksum,
        serial: deployment.serial,
        booted: deployment === state.booted,
        staged: deployment === state.staged,
        pinned: deployment.pinned,
        unlocked: deployment === state.booted && state.usrOverlay ? 'development' : 'none',
        'finalization-locked': deployment.downloadOnly,
        'regenerate-initramfs': false,
        'requested-packages': layered,
        'requested-local-packages': [],
        'requested-base-removals': [],
        'requested-base-local-replacements': [],
        packages: layered,
        version: deployment.release.version,
        timestamp: Math.floor(Date.parse(builtAt(deployment.release, startedAt)) / 1000),
        ...(isImage
          ? {
              'container-image-reference': `ostree-unverified-registry:${reference}`,
              'container-image-reference-digest': deployment.release.digest,
            }
          : { origin: reference }),
      };
    }),
    transaction: null,
    'cached-update': null,
    'update-driver': null,
  });
}

/** `ostree admin status --json` (reference 6.3). */
export function ostreeStatus(state: HostState): string {
  const all = deployments(state);
  const bootedIndex = all.findIndex((deployment) => deployment === state.booted);
  return JSON.stringify({
    deployments: all.map((deployment, index) => ({
      checksum: deployment.checksum,
      stateroot: 'default',
      refspec: isContainer(deployment.image) ? null : deployment.reference,
      serial: deployment.serial,
      index,
      booted: index === bootedIndex,
      pending: index < bootedIndex,
      rollback: index === bootedIndex + 1,
      'finalization-locked': deployment.downloadOnly,
      'soft-reboot-target': false,
      staged: deployment === state.staged,
      pinned: deployment.pinned,
      unlocked: index === bootedIndex && state.usrOverlay ? 'development' : 'none',
      version: deployment.release.version,
    })),
  });
}

function builtAt(release: Release, startedAt: number): string {
  // Builds happen at night: the hour is the same for all, the minute is the build's own.
  const day = new Date(startedAt - release.builtDaysAgo * DAY_MS);
  day.setUTCHours(4, Number.parseInt(release.digest.slice(7, 9), 16) % 60, 0, 0);
  return day.toISOString().replace('.000Z', 'Z');
}

/** JSON with sorted keys and without spaces, as bootc writes it. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
