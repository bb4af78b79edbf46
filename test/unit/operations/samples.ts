import type { Deployment } from '../../../shared/model/deployment.ts';
import type { HostSnapshot, Operation } from '../../../shared/model/operation.ts';

export function makeDeployment(id: string, changes: Partial<Deployment> = {}): Deployment {
  const reference = { image: 'quay.io/acme/web:stable', transport: 'registry', signature: null };
  return {
    id,
    image: { reference, digest: `sha256:${id}`, version: id, timestamp: null, architecture: 'amd64' },
    cachedUpdate: null,
    origin: null,
    version: id,
    timestamp: null,
    stateroot: 'default',
    checksum: id,
    serial: 0,
    pinned: false,
    incompatible: false,
    layers: [],
    softRebootCapable: false,
    downloadOnly: false,
    ...changes,
  };
}

export function makeSnapshot(changes: Partial<HostSnapshot['deployments']> = {}, bootId = 'boot'): HostSnapshot {
  return {
    readAt: 0,
    bootId,
    deployments: {
      source: 'bootc',
      backend: 'ostree',
      managedByBootc: true,
      booted: makeDeployment('booted'),
      staged: null,
      rollback: makeDeployment('rollback'),
      others: [],
      rollbackQueued: false,
      tracked: { image: 'quay.io/acme/web:stable', transport: 'registry', signature: null },
      readOnly: false,
      usrOverlay: null,
      ...changes,
    },
    disks: [],
    failedUnits: [],
    greenboot: null,
    autoUpdate: null,
  };
}

/** An operation that is starting; the later its number, the later it began. */
export function makeOperation(number: number, changes: Partial<Operation> = {}): Operation {
  const id = String(number).padStart(12, '0');
  return {
    id,
    plan: {
      hostId: `host-${String(number % 3)}`,
      hostName: 'web-01',
      request: { verb: 'upgrade' },
      tool: 'bootc',
      commands: ['bootc upgrade'],
      unit: `berth-upgrade-${id}.service`,
      operationId: id,
      before: makeSnapshot(),
      reportsProgress: true,
      createdAt: number,
    },
    target: 'root@web-01:22',
    startedBy: 'tester@testbed',
    startedAt: number,
    phase: 'starting',
    attached: false,
    detachedBecause: null,
    cancelRequested: false,
    endedAt: null,
    exitCode: null,
    reboot: null,
    after: null,
    outcome: null,
    ...changes,
  };
}
