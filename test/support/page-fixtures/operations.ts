import type { Operation, OperationPlan, OperationProgress } from '../../../shared/model/operation.ts';
import { fixtureHost, fixtureSet, NOW, staged, update, booted } from './hosts.ts';

export const OPERATION_ID = '7f3a00000001';

export function fixturePlan(change: Partial<OperationPlan> = {}): OperationPlan {
  return {
    hostId: fixtureHost.id,
    hostName: fixtureHost.name,
    request: { verb: 'upgrade' },
    tool: 'bootc',
    commands: [
      `systemd-run --collect --service-type=exec --unit=berth-upgrade-${OPERATION_ID} \\`,
      `  -- /bin/sh /run/berth/${OPERATION_ID}/run.sh`,
      'bootc upgrade --progress-fd 3',
    ],
    unit: `berth-upgrade-${OPERATION_ID}`,
    operationId: OPERATION_ID,
    before: {
      readAt: NOW,
      bootId: 'b00',
      failedUnits: [],
      greenboot: null,
      autoUpdate: null,
      deployments: fixtureSet({ booted: { ...booted, cachedUpdate: update } }),
      disks: [
        { mount: '/sysroot', size: 64e9, used: 45.8e9, available: 18.2e9 },
        { mount: '/boot', size: 974e6, used: 400e6, available: 512e6 },
      ],
    },
    reportsProgress: true,
    createdAt: NOW,
    ...change,
  };
}

export function fixtureOperation(change: Partial<Operation> = {}): Operation {
  return {
    id: OPERATION_ID,
    plan: fixturePlan(),
    target: 'admin@web-03.ber.acme.example:22',
    startedBy: 'jb@laptop',
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
    ...change,
  };
}

/** The same operation after it has staged what was planned. */
export function endedOperation(change: Partial<Operation> = {}): Operation {
  const { plan } = fixtureOperation();
  return fixtureOperation({
    phase: 'ended',
    endedAt: NOW + 105_000,
    exitCode: 0,
    after: {
      ...plan.before,
      readAt: NOW + 103_000,
      deployments: { ...plan.before.deployments, staged },
      disks: [
        { mount: '/sysroot', size: 64e9, used: 46.6e9, available: 17.4e9 },
        { mount: '/boot', size: 974e6, used: 400e6, available: 512e6 },
      ],
    },
    outcome: { kind: 'staged', version: '2.15.0', digest: update.digest },
    ...change,
  });
}

export const pulling: OperationProgress = {
  step: 'pull',
  stepStartedAt: { pull: NOW + 4000 },
  pull: {
    bytes: 209e6,
    bytesTotal: 481e6,
    bytesCached: 203e6,
    layers: 17,
    layersTotal: 44,
    layersCached: 24,
    current: { id: '4d6f92e0b3c85a7170fe2', kind: 'ostree chunk', bytes: 3.4e6, bytesTotal: 18.3e6 },
  },
  rate: 8e6,
  sample: null,
};
