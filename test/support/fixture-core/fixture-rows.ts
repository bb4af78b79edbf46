import type { AppInfo } from '../../../shared/model/app-info.ts';
import type { ConditionCode, FleetRow } from '../../../shared/model/fleet.ts';

const DAY = 24 * 60 * 60 * 1000;

export const fixtureInfo: AppInfo = {
  version: '0.1.0',
  home: 'test',
  demo: null,
  demoOnly: false,
  user: 'jb',
  workstation: 'laptop',
  agentKeys: 2,
  dataDir: '/home/jb/.local/share/berth',
  problems: [],
};

/** A host that is connected and up to date, changed as told. */
export function rowOf(change: Partial<FleetRow> & { readonly id?: string; readonly name: string }): FleetRow {
  return {
    id: change.name,
    address: `${change.name}.acme.example`,
    group: null,
    tags: [],
    connection: 'connected',
    condition: { code: 'up-to-date', text: 'Up to date', percent: null },
    os: 'RHEL 10.1',
    backend: 'ostree',
    booted: imageOf('web', '2.15.0', '8d41f0', 3),
    nextBoot: { kind: 'same', version: '2.15.0', sign: null },
    update: null,
    staged: false,
    rollbackQueued: false,
    failedUnits: 0,
    fallback: false,
    etc: null,
    factsReadAt: Date.now(),
    ...change,
  };
}

export function imageOf(name: string, version: string, digest: string, ageDays: number): FleetRow['booted'] {
  return {
    image: name.includes('/') ? name : `quay.io/acme/${name}:stable`,
    version,
    digest: `sha256:${digest.padEnd(64, '0')}`,
    timestamp: Date.now() - ageDays * DAY - 1000,
  };
}

const condition = (code: ConditionCode, text: string, percent: number | null = null) => ({
  condition: { code, text, percent },
});

const db = imageOf('db', '7.4.1', 'b2e6d9', 9);
const edgeOld = imageOf('edge-os', '42.20260801.0', '77b1d2', 20);
const edgeNew = imageOf('edge-os', '42.20260815.0', 'e94c33', 6);
const webOld = imageOf('web', '2.14.0', '3f9c1a', 20);
const toNew = { kind: 'staged', version: '2.15.0', sign: null } as const;
const newWeb = { version: '2.15.0', digest: `sha256:${'8d41f0'.padEnd(64, '0')}` };

/** The fleet of the design, 24 hosts in most of the states there are. */
export function fixtureFleet(now = Date.now()): readonly FleetRow[] {
  const minutes = (count: number) => now - count * 60_000 - 1000;
  const staged = { staged: true, ...condition('staged', 'Staged, waits for reboot') };
  const edge = { group: 'Edge', tags: ['edge', 'prod'], booted: edgeOld };
  const web = { group: 'Berlin', tags: ['web', 'prod'] };
  const same = { kind: 'same', version: null, sign: null } as const;
  const noFacts = { booted: null, nextBoot: null } as const;
  return [
    rowOf({ name: 'db-01.ber', group: 'Berlin', tags: ['db', 'prod'], booted: db }),
    rowOf({
      name: 'db-02.ber',
      group: 'Berlin',
      tags: ['db', 'prod'],
      booted: imageOf('db', '7.4.0', '51aa07', 38),
      update: { version: '7.4.1', digest: db?.digest ?? '' },
      ...condition('update-found', 'Update found'),
    }),
    rowOf({
      name: 'db-03.fra',
      group: 'Frankfurt',
      tags: ['db', 'prod'],
      booted: db,
      nextBoot: { kind: 'rollback', version: '7.4.0', sign: null },
      rollbackQueued: true,
      failedUnits: 1,
      ...condition('rollback-queued', 'Rollback queued'),
    }),
    rowOf({
      name: 'edge-berlin-01',
      ...edge,
      backend: 'composefs',
      nextBoot: { kind: 'staged', version: '42.20260815.0', sign: null },
      factsReadAt: minutes(1),
      ...staged,
    }),
    rowOf({
      name: 'edge-berlin-02',
      ...edge,
      nextBoot: same,
      fallback: true,
      ...condition('rolled-back', 'Rolled back by greenboot'),
    }),
    rowOf({
      name: 'edge-kiel-01',
      ...edge,
      connection: 'waiting',
      nextBoot: { kind: 'staged', version: '42.20260815.0', sign: null },
      failedUnits: null,
      factsReadAt: minutes(184),
      staged: true,
      ...condition('unreachable', 'Unreachable for 3 h'),
    }),
    rowOf({
      name: 'edge-kiel-02',
      ...edge,
      booted: edgeNew,
      factsReadAt: minutes(1),
      ...condition('slow', 'Slow link, 1.9 s'),
    }),
    rowOf({
      name: 'edge-rostock-01',
      ...edge,
      factsReadAt: minutes(2),
      ...condition('download-only', 'Downloaded only'),
    }),
    rowOf({
      name: 'fcos-build-01',
      group: 'Other',
      tags: ['ci'],
      backend: 'rpm-ostree',
      booted: {
        image: 'fedora:fedora/x86_64/coreos/stable',
        version: '42.20260803.3.0',
        digest: '9d0e12'.padEnd(64, '0'),
        timestamp: now - 18 * DAY,
      },
      ...condition('rpm-ostree-only', 'rpm-ostree only'),
    }),
    rowOf({
      name: 'legacy-app-02',
      group: 'Other',
      tags: ['app'],
      backend: 'packages',
      os: 'RHEL 9.6',
      ...noFacts,
      failedUnits: 2,
      ...condition('package-mode', 'Package mode'),
    }),
    rowOf({
      name: 'mon-01.ber',
      group: 'Berlin',
      tags: ['infra'],
      booted: {
        ...webOld!,
        image: 'quay.io/base/rhel10:prod',
        version: '10.1.20260728',
        digest: `sha256:${'4c88e1'.padEnd(64, '0')}`,
      },
      ...condition('layered', 'Layered, bootc blocked'),
    }),
    rowOf({
      name: 'proxy-01.fra',
      group: 'Frankfurt',
      tags: ['infra'],
      ...noFacts,
      ...condition('no-root', 'No root: sudo refused'),
    }),
    rowOf({ name: 'web-01.ber', ...web }),
    rowOf({ name: 'web-02.ber', ...web }),
    rowOf({ name: 'web-03.ber', ...web, booted: webOld, nextBoot: toNew, ...staged }),
    rowOf({
      name: 'web-04.ber',
      ...web,
      booted: webOld,
      nextBoot: same,
      ...condition('finalize-failed', 'Last update not applied'),
    }),
    rowOf({
      name: 'web-05.fra',
      ...web,
      group: 'Frankfurt',
      booted: webOld,
      update: newWeb,
      factsReadAt: minutes(1),
      ...condition('update-found', 'Update found'),
    }),
    rowOf({
      name: 'web-07.fra',
      ...web,
      group: 'Frankfurt',
      booted: webOld,
      ...condition('operation-running', 'Pulling 60 %', 60),
    }),
    rowOf({
      name: 'web-08.ber',
      ...web,
      booted: imageOf('web', '2.13.2', 'c07e55', 45),
      update: newWeb,
      ...condition('update-found', 'Update found'),
    }),
    rowOf({
      name: 'lab-01',
      group: 'Lab',
      tags: ['lab'],
      booted: edgeNew,
      ...condition('no-update-known', 'No update known'),
    }),
    rowOf({
      name: 'lab-02',
      group: 'Lab',
      tags: ['lab'],
      ...noFacts,
      connection: 'failed',
      os: null,
      backend: null,
      failedUnits: null,
      factsReadAt: null,
      ...condition('host-key-changed', 'Host key changed'),
    }),
    rowOf({
      name: 'lab-03',
      group: 'Lab',
      tags: ['lab'],
      ...noFacts,
      connection: 'failed',
      os: null,
      backend: null,
      failedUnits: null,
      factsReadAt: null,
      ...condition('login-failed', 'Login refused'),
    }),
    rowOf({
      name: 'lab-04',
      group: 'Lab',
      tags: ['lab'],
      ...noFacts,
      connection: 'idle',
      os: null,
      backend: null,
      failedUnits: null,
      factsReadAt: null,
      ...condition('unknown', 'Not connected yet'),
    }),
    rowOf({
      name: 'lab-05',
      group: 'Lab',
      tags: ['lab'],
      ...noFacts,
      connection: 'asking',
      os: null,
      backend: null,
      failedUnits: null,
      factsReadAt: null,
      ...condition('asking', 'Waits for your answer'),
    }),
  ];
}

/** As many hosts as wanted, in the states of `fixtureFleet`. */
export function bigFleet(count: number): readonly FleetRow[] {
  const kinds = fixtureFleet();
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length]!;
    const name =
      index < kinds.length ? kind.name : `${kind.name.replace(/[.\d-]+.*$/, '')}-${String(index).padStart(4, '0')}`;
    return { ...kind, id: name, name, address: `${name}.acme.example` };
  });
}
