import { describe, expect, it } from 'vitest';
import { toFleetRow } from '../../../shared/logic/fleet-row.ts';
import { FleetRow } from '../../../shared/model/fleet.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import {
  bootFacts,
  deployment,
  detail,
  digestFor,
  facts,
  factsWith,
  identity,
  image,
  known,
  NOW,
  ostreeDeployment,
  set,
  tools,
  unknown,
} from './fixtures.ts';

const rowWith = (read: HostFacts | null) => toFleetRow(detail({ facts: read }), null, NOW);

describe('toFleetRow', () => {
  it('says of /etc what the last comparison said, and that the update is lost where its merge fails', () => {
    const etc = { at: NOW, drift: 3, masked: 1, blockers: 1, isTransient: false };
    const etcBlockers = [{ path: '/etc/foo', reason: 'a directory in the new image' }];
    const read = factsWith({ staged: deployment('2.15.0') });
    expect(toFleetRow(detail({ facts: read, etc, etcBlockers }), null, NOW)).toMatchObject({
      etc,
      condition: { code: 'etc-blocked', text: '/etc blocks the update' },
      nextBoot: { kind: 'staged', sign: 'blocked' },
    });
    expect(toFleetRow(detail({ facts: read, etc, etcBlockers: [] }), null, NOW).condition.code).toBe('staged');
    expect(toFleetRow(detail({ facts: factsWith({}), etc, etcBlockers }), null, NOW).condition.code).not.toBe(
      'etc-blocked',
    );
  });

  it('says what the inventory says of a host that was never read, and nothing more', () => {
    expect(rowWith(null)).toMatchObject({
      name: 'web-03.ber',
      group: 'Berlin',
      booted: null,
      nextBoot: null,
      os: null,
      backend: null,
      failedUnits: null,
      factsReadAt: null,
      staged: false,
    });
  });

  it('fits the schema that crosses the border', () => {
    for (const read of [null, facts(), factsWith({ booted: null, rollback: null })]) {
      expect(FleetRow.parse(rowWith(read))).toEqual(rowWith(read));
    }
  });

  it('names image, version, digest and the next boot', () => {
    expect(rowWith(factsWith({ staged: deployment('2.15.0') }))).toMatchObject({
      booted: { image: 'quay.io/acme/web:stable', version: '2.14.0', digest: digestFor('2.14.0') },
      nextBoot: { kind: 'staged', version: '2.15.0', sign: null },
      staged: true,
      os: 'RHEL 10.1',
      backend: 'ostree',
    });
  });

  it('does not count a download-only deployment as staged', () => {
    expect(rowWith(factsWith({ staged: deployment('2.15.0', { downloadOnly: true }) }))).toMatchObject({
      staged: false,
      nextBoot: { kind: 'same', version: '2.14.0', sign: 'download-discarded' },
    });
  });

  it('names a queued rollback', () => {
    expect(rowWith(factsWith({ rollbackQueued: true }))).toMatchObject({
      rollbackQueued: true,
      nextBoot: { kind: 'rollback', version: '2.13.2', sign: null },
    });
  });

  it('gives a sign of the worst that is foreseen of the next boot', () => {
    const autoUpdate = known({ unit: 'a.timer', active: true, masked: false, reboots: true, nextAt: null });
    const staged = deployment('2.15.0');
    const full = {
      deployments: known(set({ staged, rollback: null })),
      boot: bootFacts({ kernelBytes: known({ [staged.id]: 2 }) }),
      disks: known([{ mount: '/boot', size: 2, used: 1, available: 1 }]),
    };
    expect(rowWith(facts({ autoUpdate })).nextBoot).toMatchObject({ kind: 'same', sign: 'may-reboot' });
    expect(rowWith(facts({ ...full, autoUpdate })).nextBoot).toMatchObject({ kind: 'staged', sign: 'blocked' });
  });

  it('names the update found', () => {
    const read = factsWith({ booted: deployment('2.14.0', { cachedUpdate: image('2.15.0') }) });
    expect(rowWith(read).update).toEqual({ version: '2.15.0', digest: digestFor('2.15.0') });
  });

  it('shows the branch and the checksum where there is no image', () => {
    const booted = ostreeDeployment('42');
    expect(rowWith(factsWith({ booted, managedByBootc: false })).booted).toMatchObject({
      image: 'fedora:fedora/x86_64/coreos/stable',
      version: '42',
      digest: booted.checksum,
    });
  });

  it('counts failed units and the fallback of greenboot', () => {
    const read = facts({
      failedUnits: known(['a.service', 'b.service']),
      greenboot: known({ verdict: 'green', fallback: true, message: '' }),
    });
    expect(rowWith(read)).toMatchObject({ failedUnits: 2, fallback: true });
    expect(rowWith(facts({ failedUnits: unknown('facts.timed-out') })).failedUnits).toBeNull();
  });
});

describe('operating system and backend', () => {
  const os = (overrides: Partial<typeof identity>) =>
    rowWith(facts({ identity: known({ ...identity, ...overrides }) })).os;

  it.each([
    [{}, 'RHEL 10.1'],
    [{ osVersion: null }, 'Red Hat Enterprise Linux 10.1'],
    [{ osId: 'centos', osVersion: '10', osName: 'CentOS Stream 10 (Coughlan)' }, 'CentOS Stream 10'],
    [{ osId: 'debian', osVersion: '12', osName: 'Debian GNU/Linux 12 (bookworm)' }, 'Debian GNU/Linux 12'],
    [
      { osId: 'fedora', osVersion: '42', osName: 'Fedora Linux 42.20260803.3.0 (CoreOS)' },
      'Fedora Linux 42.20260803.3.0',
    ],
    [{ osId: 'odd', osVersion: null, osName: '' }, 'odd'],
  ])('%j is %s', (overrides, text) => expect(os(overrides)).toBe(text));

  it.each([
    ['bootc on ostree', facts(), 'ostree'],
    ['bootc on composefs', factsWith({ backend: 'composefs' }), 'composefs'],
    [
      'rpm-ostree',
      facts({
        tools: known({ ...tools, bootc: null, rpmOstree: '' }),
        deployments: known(set({ source: 'rpm-ostree', managedByBootc: false })),
      }),
      'rpm-ostree',
    ],
    [
      'ostree',
      facts({
        tools: known({ ...tools, bootc: null }),
        deployments: known(set({ source: 'ostree', managedByBootc: false })),
      }),
      'ostree',
    ],
    ['packages', facts({ deployments: unknown('facts.not-image-mode') }), 'packages'],
    ['an ostree boot that may not be asked', facts({ deployments: unknown('facts.needs-root') }), 'ostree'],
    [
      'a composefs boot that may not be asked',
      facts({
        deployments: unknown('facts.needs-root'),
        identity: known({ ...identity, ostreeBooted: false, composefsBooted: true }),
      }),
      'composefs',
    ],
    ['nothing known', facts({ deployments: unknown('facts.needs-root'), identity: unknown('facts.incomplete') }), null],
  ] as const)('%s', (_, read, backend) => expect(rowWith(read).backend).toBe(backend));
});
