import { describe, expect, it } from 'vitest';
import { HostFacts } from '../../../shared/model/host-facts.ts';
import { parseFacts, type FactsContext } from '../../../shared/parse/facts.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { dataFile } from './data.ts';

const CONTEXT: FactsContext = { readAt: 1_790_000_000_000, durationMs: 120, root: 'none', user: 'admin' };
const sum = (letter: string) => letter.repeat(64);

type Frames = Readonly<Record<string, Partial<ParsedFrame> | string | null>>;

const MISSING = { exitCode: 127, stderr: 'not found\n' };
const BOOTC_HOST: Frames = {
  identity:
    'hostname=web-01\nkernel=6.12.0-55.el10.x86_64\nuptime=3600.5 1.0\nboot-id=1-2\nuser-id=0\nostree-booted=yes\n',
  cmdline: 'root=UUID=1 ostree=/ostree/boot.1/default/x/0\n',
  'os-release': 'NAME="A B"\nID=centos\nVERSION_ID="10"\n',
  tools: "\n== bootc\nbootc 1.16.3\n\n== ostree\nlibostree:\n Version: '2025.3'\n\n== systemd-run\n",
  changes: 'boot 1-2\n/ostree/deploy 5 1789990000 x\n/run/ostree/staged-deployment 6 1789990001 x\n',
  kernels: `${sum('b')}.0 6.12.0-55.el10.x86_64\nnonsense\n`,
  origins: `\n== default ${sum('b')}.0\n[origin]\ncontainer-image-reference=ostree-unverified-registry:quay.io/acme/edge-os:stable\n`,
  disks: '',
  'reboot-required': '',
  'failed-units': '',
  'auto-update': '',
  'rpm-ostreed-conf': '',
  greenboot: 'Id=greenboot-healthcheck.service\nLoadState=not-found\n',
  'boot-status': '',
  grubenv: '',
  ostree: dataFile('ostree-admin-status.json'),
  bootc: dataFile('status-staged-booted-rollback.json'),
};

function facts(changes: Frames = {}, context: Partial<FactsContext> = {}): HostFacts {
  const frames = Object.entries({ ...BOOTC_HOST, ...changes }).flatMap(([name, content]): ParsedFrame[] => {
    const base = { name, args: [], stdout: '', stderr: '', exitCode: 0, complete: true };
    if (content === null) return [];
    return [typeof content === 'string' ? { ...base, stdout: content } : { ...base, ...content }];
  });
  const found = parseFacts(frames, { ...CONTEXT, ...context });
  expect(HostFacts.parse(found)).toEqual(found);
  return found;
}

const deployments = (changes: Frames) => {
  const { deployments: fact } = facts(changes);
  return fact.state === 'known' ? fact.value : fact.failure.code;
};

describe('parseFacts', () => {
  it('reads a bootc host', () => {
    const found = facts();
    expect(found).toMatchObject({
      readAt: CONTEXT.readAt,
      durationMs: 120,
      privilege: { kind: 'root' },
      identity: {
        value: { hostname: 'web-01', osName: 'A B', osVersion: '10', uptimeSeconds: 3600.5, composefsBooted: false },
      },
      tools: { value: { bootc: '1.16.3', ostree: '2025.3', systemd: null, systemdRun: true, sudo: false } },
      deployments: { value: { source: 'bootc' } },
      bootcFailure: null,
      stagedAt: 1_789_990_001_000,
      greenboot: { value: { verdict: 'absent' } },
      rebootRequired: { value: null },
      autoUpdate: { value: null },
    });
    expect(found.stamps).toBe('/ostree/deploy 5 1789990000 x | /run/ostree/staged-deployment 6 1789990001 x');
  });

  it('knows nothing, and says so, of a host that answered with nothing', () => {
    const found = parseFacts([], CONTEXT);
    expect(HostFacts.parse(found)).toEqual(found);
    for (const fact of [
      found.identity,
      found.tools,
      found.deployments,
      found.disks,
      found.failedUnits,
      found.greenboot,
    ]) {
      expect(fact).toMatchObject({ state: 'unknown', failure: { code: 'facts.incomplete' } });
    }
    expect(found.privilege).toMatchObject({ kind: 'none', failure: { code: 'facts.incomplete' } });
    expect(found).toMatchObject({ stamps: '', stagedAt: null, bootcFailure: { code: 'facts.incomplete' } });
  });

  it('believes a cut frame nothing', () => {
    const found = facts({
      bootc: { stdout: dataFile('spec-v1-null.json'), complete: false, exitCode: -1 },
      disks: { complete: false },
    });
    expect(found.bootcFailure).toEqual({ code: 'facts.incomplete', params: { section: 'bootc status' } });
    expect(found.deployments).toMatchObject({ value: { source: 'ostree' } });
    expect(found.disks).toMatchObject({ failure: { code: 'facts.incomplete' } });
  });

  describe('deployments', () => {
    it('takes rpm-ostree before ostree when bootc is missing, and knows that bootc does not manage it', () => {
      const found = deployments({
        bootc: MISSING,
        tools: '\n== rpm-ostree\nrpm-ostree:\n Version: 2026.2\n',
        'rpm-ostree': dataFile('rpm-ostree-workstation-status.json'),
      });
      expect(found).toMatchObject({ source: 'rpm-ostree', managedByBootc: false });
      expect(facts({ bootc: MISSING, tools: '' }).bootcFailure).toBeNull();
    });

    it.each([
      ['blocked', { exitCode: 124 }, 'facts.status-blocked'],
      ['broken JSON', { stdout: '{"apiVersion":"org.contai' }, 'facts.unreadable'],
      ['an error', { exitCode: 1, stderr: 'error: Status: x\n' }, 'facts.command-failed'],
      ['a crash', { exitCode: 134, stderr: '' }, 'facts.command-failed'],
    ])('falls back to ostree when bootc status is %s, and says why', (_, bootc, code) => {
      const found = facts({ bootc });
      expect(found.bootcFailure!.code).toBe(code);
      expect(found.deployments).toMatchObject({ value: { source: 'ostree', managedByBootc: true } });
    });

    it('gives an image only where its digest is known; else its reference is the origin', () => {
      const bootc = { exitCode: 124 };
      const reference = 'ostree-unverified-registry:quay.io/acme/edge-os:stable';
      expect(deployments({ bootc })).toMatchObject({ booted: { image: null, origin: reference } });
      const digests = `${sum('b')}.0 'sha256:${sum('2')}'\n${sum('c')}.0 'sha256:oops'\n`;
      expect(deployments({ bootc, digests })).toMatchObject({
        booted: {
          origin: null,
          image: { digest: `sha256:${sum('2')}`, version: '42.20260801.0', reference: { transport: 'registry' } },
        },
        staged: { image: null },
      });
    });

    it('has none where root is missing and no other tool is there: composefs', () => {
      const identity = 'hostname=edge\nkernel=6.1\nuser-id=1000\n';
      const composefs: Frames = {
        identity,
        cmdline: 'composefs=abc rw',
        ostree: MISSING,
        'ostree-text': MISSING,
        tools: '\n== bootc\nbootc 1.16\n',
      };
      const sudo = { exitCode: 1, stderr: 'sudo: a password is required\n' };
      const found = facts({ ...composefs, sudo, bootc: { exitCode: 1, stderr: 'error: Status: root\n' } });
      expect(found.deployments).toMatchObject({ failure: { code: 'facts.needs-root' } });
      expect(found.bootcFailure).toMatchObject({ code: 'facts.needs-root' });
    });

    it('knows the running kernel of a composefs host, whose trees are not on disk', () => {
      const found = facts({ bootc: dataFile('status-composefs-staged.json'), kernels: '', ostree: MISSING });
      expect(found.kernels).toMatchObject({ value: { ['c'.repeat(128)]: '6.12.0-55.el10.x86_64' } });
    });

    it.each([
      ['with bootc', { bootc: dataFile('spec-v1-null.json') }],
      ['without bootc', { bootc: MISSING, tools: '' }],
      ['with a bootc that fails', { bootc: { exitCode: 1, stderr: 'error: System not booted via bootc' } }],
    ])('calls a host of packages what it is, %s', (_, more) => {
      const packages: Frames = {
        identity: 'hostname=deb\nuser-id=0\n',
        cmdline: 'root=/dev/vda1',
        ostree: { exitCode: 1 },
        'ostree-text': { exitCode: 1 },
        origins: '',
      };
      expect(deployments({ ...packages, ...more })).toBe('facts.not-image-mode');
    });

    it('takes the word of rpm-ostree where bootc has the null host on an image-mode host', () => {
      const found = deployments({
        bootc: dataFile('spec-v1-null.json'),
        'rpm-ostree': dataFile('rpm-ostree-workstation-status.json'),
      });
      expect(found).toMatchObject({ source: 'rpm-ostree' });
    });

    it('completes a layered host of bootc with layers and origin', () => {
      const origins = `\n== default ${sum('b')}.0\n[origin]\ncontainer-image-reference=ostree-unverified-registry:q/a:1\n[packages]\nrequested=htop;strace;\n`;
      expect(deployments({ bootc: dataFile('status-incompatible-layered.json'), origins })).toMatchObject({
        source: 'bootc',
        managedByBootc: false,
        booted: {
          incompatible: true,
          image: null,
          layers: ['htop', 'strace'],
          origin: 'ostree-unverified-registry:q/a:1',
          version: '42.20260801.0',
        },
      });
    });
  });

  describe('privilege', () => {
    const user = { identity: 'hostname=web\nuser-id=1000\nostree-booted=yes\n' };
    it.each([
      [{ exitCode: 0 }, { kind: 'sudo' }],
      [{ exitCode: 127 }, { kind: 'none', failure: { code: 'privilege.no-sudo', params: { user: 'admin' } } }],
      [{ exitCode: 124 }, { kind: 'none', failure: { code: 'facts.timed-out' } }],
      [
        { exitCode: 1, stderr: 'sudo: a password is required\n' },
        { kind: 'none', failure: { code: 'privilege.password-needed' } },
      ],
      [
        { exitCode: 1, stderr: 'sudo: interactive authentication is required\n' },
        { kind: 'none', failure: { code: 'privilege.password-needed' } },
      ],
      [
        { exitCode: 1, stderr: 'sudo: sorry, you must have a tty to run sudo\n' },
        { kind: 'none', failure: { code: 'privilege.requires-tty' } },
      ],
      [
        { exitCode: 1, stderr: 'admin is not in the sudoers file.\n' },
        {
          kind: 'none',
          failure: { code: 'privilege.not-allowed', params: { detail: 'admin is not in the sudoers file.' } },
        },
      ],
      [null, { kind: 'none', failure: { code: 'facts.incomplete' } }],
    ])('reads sudo %#', (sudo, expected) => {
      expect(facts({ ...user, sudo }).privilege).toMatchObject(expected);
    });

    it('takes from the caller how the script itself got root', () => {
      expect(facts({}, { root: 'sudo-password' }).privilege).toEqual({ kind: 'sudo-password' });
      expect(facts({}, { root: 'sudo' }).privilege).toEqual({ kind: 'sudo' });
    });
  });

  describe('disks', () => {
    const df = (path: string, device: string, size: number, mount = path) =>
      `\n== ${path}\nFilesystem 1024-blocks Used Available Capacity Mounted on\n${device} ${size} 10 ${size - 10} 1% ${mount}\n`;
    const mounts = (stdout: string) => {
      const { disks } = facts({ disks: stdout });
      return disks.state === 'known' && disks.value.map(({ mount, size }) => `${mount} ${size}`);
    };

    it('shows each file system once, and not the tiny root of composefs', () => {
      const all =
        df('/sysroot', '/dev/vda4', 1000) +
        df('/boot', '/dev/vda3', 500) +
        df('/var', '/dev/vda4', 1000) +
        df('/', 'composefs', 20);
      expect(mounts(all)).toEqual(['/sysroot 1024000', '/boot 512000']);
    });

    it('shows the root of a host of packages, and no folder of it', () => {
      expect(
        mounts(df('/boot', '/dev/vda1', 1000, '/') + df('/var', '/dev/vda1', 1000, '/') + df('/', '/dev/vda1', 1000)),
      ).toEqual(['/ 1024000']);
    });
  });

  describe('greenboot', () => {
    const unit = (active: string, result = 'success') =>
      `Id=greenboot-healthcheck.service\nLoadState=loaded\nActiveState=${active}\nResult=${result}\n`;
    it.each([
      ['active', 'success', 'green'],
      ['activating', 'success', 'in-progress'],
      ['failed', 'exit-code', 'red'],
      ['inactive', 'success', 'unknown'],
    ])('takes a unit that is %s (%s) as %s, whatever the motd says', (active, result, verdict) => {
      const greenboot = unit(active, result);
      expect(facts({ greenboot, 'boot-status': 'Boot Status is GREEN\n' }).greenboot).toMatchObject({
        value: { verdict, fallback: false, message: 'Boot Status is GREEN' },
      });
    });

    it('knows the fallback from the boot counter, or from the motd', () => {
      const greenboot = unit('active');
      expect(facts({ greenboot, grubenv: 'boot_counter=-1\n' }).greenboot).toMatchObject({ value: { fallback: true } });
      expect(facts({ greenboot, grubenv: 'boot_counter=2\n' }).greenboot).toMatchObject({ value: { fallback: false } });
      expect(facts({ greenboot, 'boot-status': 'FALLBACK BOOT DETECTED! x' }).greenboot).toMatchObject({
        value: { fallback: true },
      });
    });
  });

  it('lists failed units, and what a reboot is required for', () => {
    const found = facts({
      'failed-units':
        '● a@b.service loaded failed failed A\nostree-boot-complete.service loaded failed failed B\n0 loaded units listed.\n',
      'reboot-required': 'present\nbootc: x\n',
    });
    expect(found.failedUnits).toMatchObject({ value: ['a@b.service', 'ostree-boot-complete.service'] });
    expect(found.rebootRequired).toMatchObject({ value: 'bootc: x' });
    expect(facts({ 'reboot-required': 'present\n' }).rebootRequired).toMatchObject({
      value: 'The host does not say why.',
    });
  });

  it('says which tool is missing or slow', () => {
    const found = facts({
      'failed-units': MISSING,
      'auto-update': { exitCode: 124 },
      greenboot: { exitCode: 1, stderr: 'no bus\n' },
    });
    expect(found.failedUnits).toMatchObject({ failure: { code: 'facts.tool-missing', params: { tool: 'systemctl' } } });
    expect(found.autoUpdate).toMatchObject({ failure: { code: 'facts.timed-out', params: { seconds: 10 } } });
    expect(found.greenboot).toMatchObject({ failure: { code: 'facts.command-failed', params: { detail: 'no bus' } } });
  });
});
