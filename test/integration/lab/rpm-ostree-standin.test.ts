import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRpmOstreeStatus } from '../../../shared/parse/rpm-ostree-status.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';

const MINUTES = 60_000;

interface RpmOstreeDeployment {
  readonly version: string;
  readonly booted: boolean;
  readonly staged: boolean;
  readonly origin?: string;
  readonly 'container-image-reference'?: string;
  readonly 'container-image-reference-digest'?: string;
}

/** One host, whose story the tests tell one after another. */
describeWith(...labNeeds)('the stand-in for rpm-ostree', () => {
  let host: LabHost;
  const rpmOstree = async (words: string, user = 'root') => host.run(`rpm-ostree ${words}`, { user });
  const deployments = async () => {
    const { stdout } = await rpmOstree('status --json', 'guest');
    return (JSON.parse(stdout) as { deployments: RpmOstreeDeployment[] }).deployments;
  };

  beforeAll(async () => {
    host = await acquireLabHost({ manager: 'rpm-ostree' });
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  it('is on a host without bootc, and tells anybody of its deployments', async () => {
    expect((await host.run('command -v bootc')).code).not.toBe(0);
    expect(await deployments()).toMatchObject([{ origin: 'lab:lab/stable', version: '43.20261102.0', booted: true }]);
    expect((await rpmOstree('status')).stdout).toMatch(/^State: idle\nDeployments:\n● lab:lab\/stable\n +Version: 43/);
  });

  it('looks for updates: 77 when there is none', async () => {
    expect(await rpmOstree('upgrade --check')).toMatchObject({ code: 77, stdout: 'No updates available.\n' });
    expect(await rpmOstree('upgrade')).toMatchObject({ code: 0, stdout: 'No upgrade available.\n' });
    await host.registry.tag('stable', 'v2');
    const { stdout, code } = await rpmOstree('upgrade --check');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^AvailableUpdate:\n +Version: 43\.20261109\.0\n/);
  });

  it('stages an update, with the packages that it changes', async () => {
    const { stdout } = await rpmOstree('upgrade');
    expect(stdout).toContain('Upgraded:\n  lab-app 1.4.0-1 -> 1.5.2-1\n');
    expect(stdout).toMatch(/Run "systemctl reboot" to start a reboot\n$/);
    expect(await deployments()).toMatchObject([{ staged: true }, { booted: true }]);
    expect((await rpmOstree('status --pending-exit-77')).code).toBe(77);
    expect((await rpmOstree('rollback')).stderr).toBe('error: Staged deployment (remove with cleanup -p)\n');
  });

  it('boots it and rolls back', async () => {
    await host.reboot();
    expect(await deployments()).toMatchObject([
      { version: '43.20261109.0', booted: true },
      { version: '43.20261102.0' },
    ]);
    expect((await rpmOstree('rollback')).stdout).toMatch(/^Moving '[0-9a-f]{64}\.0' to be first deployment\n/);
    expect(await deployments()).toMatchObject([{ version: '43.20261102.0' }, { booted: true }]);
    await rpmOstree('rollback');
    expect(await deployments()).toMatchObject([{ booted: true }, { version: '43.20261102.0' }]);
  });

  it('rebases to a container image, which Berth can read', async () => {
    const reference = `ostree-unverified-registry:${host.registry.address}/os:stable`;
    expect((await rpmOstree(`rebase ${reference}`)).code).toBe(0);
    const [staged] = await deployments();
    expect(staged).toMatchObject({ staged: true, 'container-image-reference': reference });
    expect(staged?.['container-image-reference-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(parseRpmOstreeStatus((await rpmOstree('status --json')).stdout)).toBeTruthy();
  });

  it('cleans up what is pending and what is left', async () => {
    await rpmOstree('cleanup -p');
    expect(await deployments()).toMatchObject([{ booted: true }, { version: '43.20261102.0' }]);
    expect((await rpmOstree('cleanup -p')).stdout).toBe('Deployments unchanged.\n');
    await rpmOstree('cleanup -r');
    expect(await deployments()).toHaveLength(1);
  });

  it('shows the arguments of the kernel, and stages the same tree with others', async () => {
    expect((await rpmOstree('kargs')).stdout).toMatch(/^root=LABEL=root rw ostree=\/ostree\/boot\.[01]\/\S+\n$/);
    const { stdout, code } = await rpmOstree('kargs --append=quiet --append=lab.app=1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Kernel arguments updated\.\nRun "systemctl reboot" to start a reboot\n$/);
    expect(await deployments()).toMatchObject([
      { version: '43.20261109.0', staged: true },
      { version: '43.20261109.0', booted: true },
    ]);
    await host.reboot();
    expect((await host.run('cat /proc/cmdline')).stdout).toMatch(/ quiet lab\.app=1\n$/);

    expect(await rpmOstree('kargs --append-if-missing=quiet --unchanged-exit-77')).toMatchObject({ code: 77 });
    expect((await rpmOstree('kargs --delete=nonsense')).stderr).toBe("error: No karg 'nonsense' found\n");
    await rpmOstree('kargs --delete=quiet --replace=lab.app=1=2 --delete-if-present=nonsense');
    await host.reboot();
    expect((await rpmOstree('kargs')).stdout).toMatch(/^root=LABEL=root rw ostree=\S+ lab\.app=2\n$/);
  });

  it('does one thing at a time, and says what', async () => {
    await host.registry.tag('other', 'other');
    await host.registry.fault('slow', { bytesPerSecond: 100_000 });
    const rebasing = rpmOstree(`rebase ostree-unverified-registry:${host.registry.address}/os:other`);
    await expect.poll(async () => (await rpmOstree('status')).stdout).toContain('Transaction: rebase\n');
    expect((await rpmOstree('cleanup -r')).stderr).toMatch(/^error: Transaction in progress: rebase\n/);
    await host.registry.fault(null);
    expect((await rebasing).code).toBe(0);
    expect((await rpmOstree('status')).stdout).toContain('State: idle\n');
  }, 30_000);

  it('refuses what it cannot do, and who may not', async () => {
    expect((await rpmOstree('install vim')).stderr).toContain("this is the lab's stand-in, which does not do this");
    expect(await rpmOstree('upgrade', 'guest')).toMatchObject({
      code: 1,
      stderr: 'error: rpmostreed OS operation Upgrade not allowed for user\n',
    });
  });
});
