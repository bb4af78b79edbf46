import { failure } from '../../../shared/errors/failure.ts';
import type { BootFacts } from '../../../shared/model/boot-facts.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { Fact } from '../../../shared/model/fact.ts';
import type { FleetRow, HostDetail } from '../../../shared/model/fleet.ts';
import type { HostFacts, Identity, Tools } from '../../../shared/model/host-facts.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { ImageReference, ImageStatus } from '../../../shared/model/image.ts';
import type { HostSnapshot, Operation, OperationPlan } from '../../../shared/model/operation.ts';

/** The moment at which all tests look: 21 Aug 2026, 14:32 UTC. */
export const NOW = Date.UTC(2026, 7, 21, 14, 32);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const webStable: ImageReference = { image: 'quay.io/acme/web:stable', transport: 'registry', signature: null };

/** A digest that is recognised in a failing test: the name of a version in hex. */
export function digestFor(version: string): string {
  const hex = Array.from(version, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return `sha256:${hex.padEnd(64, '0')}`;
}

export function image(version: string, overrides: Partial<ImageStatus> = {}): ImageStatus {
  return {
    reference: webStable,
    digest: digestFor(version),
    version,
    timestamp: NOW - 20 * DAY,
    architecture: 'amd64',
    ...overrides,
  };
}

export function deployment(version: string, overrides: Partial<Deployment> = {}): Deployment {
  const checksum = digestFor(version).slice(7).replace(/0/g, 'c');
  return {
    id: `${checksum}.0`,
    image: image(version),
    cachedUpdate: null,
    origin: null,
    version,
    timestamp: NOW - 20 * DAY,
    stateroot: 'default',
    checksum,
    serial: 0,
    pinned: false,
    incompatible: false,
    layers: [],
    softRebootCapable: false,
    downloadOnly: false,
    ...overrides,
  };
}

/** A deployment without an image, as on Silverblue or Fedora CoreOS. */
export function ostreeDeployment(version: string, overrides: Partial<Deployment> = {}): Deployment {
  return deployment(version, { image: null, origin: 'fedora:fedora/x86_64/coreos/stable', ...overrides });
}

export function set(overrides: Partial<DeploymentSet> = {}): DeploymentSet {
  return {
    source: 'bootc',
    backend: 'ostree',
    managedByBootc: true,
    booted: deployment('2.14.0'),
    staged: null,
    rollback: deployment('2.13.2'),
    others: [],
    rollbackQueued: false,
    tracked: webStable,
    readOnly: false,
    usrOverlay: null,
    ...overrides,
  };
}

export function known<T>(value: T, readAt = NOW): Fact<T> {
  return { state: 'known', value, readAt };
}

export function unknown(code: Parameters<typeof failure>[0], readAt = NOW): Fact<never> {
  return { state: 'unknown', failure: failure(code), readAt };
}

export const identity: Identity = {
  hostname: 'web-03',
  machineId: null,
  osId: 'rhel',
  osVersion: '10.1',
  osName: 'Red Hat Enterprise Linux 10.1 (Coughlan)',
  kernel: '6.12.0-124.8.1.el10_1',
  architecture: 'x86_64',
  bootId: 'boot-1',
  uptimeSeconds: 18 * 86_400,
  cmdline: 'ostree=/ostree/boot.1/default/abc/0',
  ostreeBooted: true,
  composefsBooted: false,
};

export const tools: Tools = {
  bootc: '1.15.1',
  rpmOstree: null,
  ostree: '2026.1',
  systemd: '257',
  systemdRun: true,
  sudo: true,
};

export function facts(overrides: Partial<HostFacts> = {}): HostFacts {
  return {
    readAt: NOW,
    durationMs: 900,
    identity: known(identity),
    tools: known(tools),
    privilege: { kind: 'sudo' },
    deployments: known(set()),
    bootcFailure: null,
    kernels: known({}),
    boot: bootFacts(),
    stagedAt: null,
    disks: known([]),
    failedUnits: known([]),
    autoUpdate: known(null),
    greenboot: known({ verdict: 'absent', fallback: false, message: '' }),
    rebootRequired: known(null),
    operations: known([]),
    stamps: '',
    ...overrides,
  };
}

/** What a boot needs, as far as it is given; all else is known to be nothing. */
export function bootFacts(overrides: Partial<BootFacts> = {}): BootFacts {
  return {
    entries: known({}),
    staged: known(null),
    imageArguments: known({}),
    kernelBytes: known({}),
    softRebootTarget: null,
    ...overrides,
  };
}

/** Facts of a host with these deployments. */
export function factsWith(overrides: Partial<DeploymentSet>): HostFacts {
  return facts({ deployments: known(set(overrides)) });
}

export const host: Host = {
  id: 'host-1',
  name: 'web-03.ber',
  address: '10.20.4.13',
  port: null,
  user: 'admin',
  keyFile: null,
  group: 'Berlin',
  tags: ['prod', 'web'],
  note: '',
  transport: 'auto',
  source: null,
  createdAt: NOW - 90 * DAY,
};

export const connected: ConnectionState = { kind: 'connected', since: NOW - HOUR, latencyMs: 18 };

export function detail(overrides: Partial<HostDetail> = {}): HostDetail {
  return {
    host,
    choices: { transport: { value: 'auto', by: 'default' }, privilege: { value: 'auto', by: 'default' } },
    connection: connected,
    facts: facts(),
    factsFailure: null,
    reading: false,
    runningOperationId: null,
    lastCheck: null,
    etc: null,
    etcBlockers: null,
    ...overrides,
  };
}

export function snapshot(
  deployments: Partial<DeploymentSet> = {},
  overrides: Partial<HostSnapshot> = {},
): HostSnapshot {
  return {
    readAt: NOW,
    bootId: 'boot-1',
    deployments: set(deployments),
    disks: [],
    failedUnits: [],
    greenboot: null,
    autoUpdate: null,
    ...overrides,
  };
}

export function plan(overrides: Partial<OperationPlan> = {}): OperationPlan {
  return {
    hostId: host.id,
    hostName: host.name,
    request: { verb: 'upgrade' },
    tool: 'bootc',
    commands: ['bootc upgrade'],
    unit: 'berth-upgrade-7f3a00000000',
    operationId: '7f3a00000000',
    before: snapshot(),
    reportsProgress: true,
    createdAt: NOW,
    ...overrides,
  };
}

export function operation(overrides: Partial<Operation> = {}): Operation {
  return {
    id: '7f3a00000000',
    plan: plan(),
    target: 'admin@10.20.4.13:22',
    startedBy: 'jb@desk',
    startedAt: NOW,
    phase: 'running',
    attached: true,
    detachedBecause: null,
    cancelRequested: false,
    endedAt: null,
    exitCode: null,
    reboot: null,
    after: null,
    outcome: null,
    ...overrides,
  };
}

export function row(overrides: Partial<FleetRow> = {}): FleetRow {
  return {
    id: 'host-1',
    name: 'web-03.ber',
    address: '10.20.4.13',
    group: 'Berlin',
    tags: ['prod', 'web'],
    connection: 'connected',
    condition: { code: 'no-update-known', text: 'No update known', percent: null },
    os: 'RHEL 10.1',
    backend: 'ostree',
    booted: {
      image: 'quay.io/acme/web:stable',
      version: '2.14.0',
      digest: digestFor('2.14.0'),
      timestamp: NOW - 20 * DAY,
    },
    nextBoot: { kind: 'same', version: '2.14.0', sign: null },
    update: null,
    staged: false,
    rollbackQueued: false,
    failedUnits: 0,
    fallback: false,
    etc: null,
    factsReadAt: NOW,
    ...overrides,
  };
}
