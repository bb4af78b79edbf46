import type { Failure } from '../../../shared/errors/failure.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { Fact } from '../../../shared/model/fact.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { ImageStatus } from '../../../shared/model/image.ts';

/** The moment at which every fixture was read: 18 Aug 2026, 14:31:03. */
export const NOW = new Date(2026, 7, 18, 14, 31, 3).getTime();
const DAY = 24 * 60 * 60 * 1000;

export function known<T>(value: T): Fact<T> {
  return { state: 'known', value, readAt: NOW };
}

export function unknown<T>(failure: Failure): Fact<T> {
  return { state: 'unknown', failure, readAt: NOW };
}

/** A digest that begins with `start`. */
export function digest(start: string): string {
  return `sha256:${start.padEnd(64, '0123456789abcdef')}`;
}

export function fixtureImage(version: string, start: string, ageDays: number): ImageStatus {
  return {
    reference: { image: 'quay.io/acme/web:stable', transport: 'registry', signature: 'containerPolicy' },
    digest: digest(start),
    version,
    timestamp: NOW - ageDays * DAY,
    architecture: 'amd64',
  };
}

export function fixtureDeployment(version: string, start: string, change: Partial<Deployment> = {}): Deployment {
  const image = fixtureImage(version, start, { '2.15.0': 1, '2.14.0': 17, '2.13.2': 45 }[version] ?? 160);
  return {
    id: `${start.padEnd(64, 'c')}.0`,
    image,
    cachedUpdate: null,
    origin: null,
    version,
    timestamp: image.timestamp,
    stateroot: 'default',
    checksum: start.padEnd(64, 'c'),
    serial: 0,
    pinned: false,
    incompatible: false,
    layers: [],
    softRebootCapable: false,
    downloadOnly: false,
    ...change,
  };
}

export const booted = fixtureDeployment('2.14.0', '3f9c1ab2');
export const staged = fixtureDeployment('2.15.0', '8d41f0c2');
export const rollback = fixtureDeployment('2.13.2', 'c07e554a', { softRebootCapable: true });
export const update = fixtureImage('2.15.0', '8d41f0c2', 1);

export function fixtureSet(change: Partial<DeploymentSet> = {}): DeploymentSet {
  return {
    source: 'bootc',
    backend: 'ostree',
    managedByBootc: true,
    booted,
    staged: null,
    rollback,
    others: [],
    rollbackQueued: false,
    tracked: { image: 'quay.io/acme/web:stable', transport: 'registry', signature: 'containerPolicy' },
    readOnly: false,
    usrOverlay: null,
    ...change,
  };
}

export function fixtureFacts(set: DeploymentSet = fixtureSet(), change: Partial<HostFacts> = {}): HostFacts {
  return {
    readAt: NOW,
    durationMs: 812,
    identity: known({
      hostname: 'web-03.ber.acme.example',
      machineId: '6c1d2f',
      osId: 'rhel',
      osVersion: '10.1',
      osName: 'Red Hat Enterprise Linux 10.1 (Coughlan)',
      kernel: '6.12.0-124.8.1.el10_1',
      architecture: 'x86_64',
      bootId: 'b00',
      uptimeSeconds: 18 * 24 * 3600,
      cmdline: 'root=UUID=1',
      ostreeBooted: true,
      composefsBooted: false,
    }),
    tools: known({
      bootc: '1.15.1',
      rpmOstree: '2026.2',
      ostree: '2026.4',
      systemd: '257',
      systemdRun: true,
      sudo: true,
    }),
    privilege: { kind: 'sudo-password' },
    deployments: known(set),
    bootcFailure: null,
    kernels: known({
      [booted.id]: '6.12.0-124.8.1.el10_1',
      [rollback.id]: '6.12.0-124.8.1.el10_1',
      [staged.id]: '6.12.0-124.13.1.el10_1',
    }),
    boot: {
      entries: known({
        [booted.id]: { options: 'root=UUID=1 rw quiet', kernel: '1'.repeat(64) },
        [rollback.id]: { options: 'root=UUID=1 rw quiet', kernel: '2'.repeat(64) },
      }),
      staged: known(set.staged && { arguments: ['root=UUID=1', 'rw', 'quiet', 'audit=1'], kernel: '3'.repeat(64) }),
      imageArguments: known({}),
      kernelBytes: known({ [booted.id]: 114e6, [rollback.id]: 114e6, [staged.id]: 115e6 }),
      softRebootTarget: null,
    },
    stagedAt: set.staged ? NOW - 2 * 60 * 60 * 1000 : null,
    disks: known([
      { mount: '/sysroot', size: 64e9, used: 45.8e9, available: 18.2e9 },
      { mount: '/boot', size: 974e6, used: 400e6, available: 512e6 },
      { mount: '/var', size: 200e9, used: 190e9, available: 10e9 },
    ]),
    failedUnits: known([]),
    autoUpdate: known({
      unit: 'bootc-fetch-apply-updates.timer',
      active: false,
      masked: true,
      reboots: true,
      nextAt: null,
    }),
    greenboot: known({ verdict: 'green', fallback: false, message: '' }),
    rebootRequired: known(null),
    operations: known([]),
    stamps: '1 2 3',
    ...change,
  };
}

export const fixtureHost: Host = {
  id: 'h1',
  name: 'web-03.ber',
  address: 'web-03.ber.acme.example',
  port: null,
  user: 'admin',
  keyFile: null,
  group: 'Berlin',
  tags: ['prod', 'web'],
  note: '',
  source: null,
  createdAt: NOW - 100 * DAY,
};

export function fixtureDetail(facts: HostFacts | null = fixtureFacts(), change: Partial<HostDetail> = {}): HostDetail {
  return {
    host: fixtureHost,
    choices: { transport: { value: 'auto', by: 'default' }, privilege: { value: 'auto', by: 'default' } },
    connection: { kind: 'connected', since: NOW - 60_000, latencyMs: 18 },
    facts,
    factsFailure: null,
    reading: false,
    runningOperationId: null,
    lastCheck: null,
    etc: null,
    etcBlockers: null,
    ...change,
  };
}
