import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireLabHost, type BootcVersion, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';

const MINUTES = 60_000;
const OLD = '1.1';

describeWith(...labNeeds)('the versions of bootc that the stand-in plays', () => {
  let host: LabHost;
  const as = async (version: BootcVersion, words: string) =>
    host.run(`BOOTC_STANDIN_VERSION=${version} bootc ${words}`);

  beforeAll(async () => {
    host = await acquireLabHost({ bootcVersion: OLD });
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  it('plays the one that the host is configured for', async () => {
    expect((await host.run('bootc --version')).stdout).toBe('bootc 1.1.6\n');
    expect((await host.run('bootc --version', { user: 'guest' })).stdout).toBe('bootc 1.1.6\n');
  });

  it.each([
    ['1.1', [], ['architecture', 'composefs', 'downloadOnly', 'softRebootCapable']],
    ['1.7', ['softRebootCapable', 'architecture'], ['composefs', 'downloadOnly']],
    ['1.12', ['softRebootCapable', 'downloadOnly', 'composefs', 'architecture'], []],
    ['1.16', ['softRebootCapable', 'downloadOnly', 'composefs', 'architecture'], []],
  ] as const)('knows in %s only what that version knows', async (version, there, missing) => {
    const { stdout } = await as(version, 'status --format=json');
    const { status } = JSON.parse(stdout) as { status: { booted: object; usrOverlay?: null; readOnly?: boolean } };
    for (const key of there) expect(stdout).toContain(`"${key}":`);
    for (const key of missing) expect(stdout).not.toContain(`"${key}":`);
    expect('readOnly' in status).toBe(version === '1.16');
    expect('usrOverlay' in status).toBe(version === '1.16');
    // Keys in alphabetical order came with 1.5.
    expect(stdout.startsWith('{"apiVersion":') && stdout.indexOf('"booted"') < stdout.indexOf('"staged"')).toBe(
      version !== '1.1',
    );
  });

  it('takes the flags of its time only', async () => {
    expect((await as('1.7', 'upgrade --download-only')).code).toBe(2);
    expect((await as('1.12', 'upgrade --download-only --help')).code).toBe(0);
    expect((await as('1.12', 'upgrade --tag v2')).code).toBe(2);
    expect((await as('1.1', 'upgrade --soft-reboot=auto')).code).toBe(2);
    expect((await as('1.1', 'upgrade --progress-fd 3 --help')).code).toBe(0);
  });

  it('marks its errors as it did', async () => {
    expect((await as('1.1', 'rollback')).stderr).toBe('ERROR Rollback: Rollback (ostree): No rollback available\n');
    expect((await as('1.7', 'rollback')).stderr).toBe('error: Rollback: Rollback (ostree): No rollback available\n');
  });

  it('asks for a reboot in /run since it does', async () => {
    await host.registry.tag('stable', 'v2');
    expect((await as('1.1', 'upgrade')).stdout).toContain('Queued for next boot: ');
    expect((await host.run('test -e /run/reboot-required')).code).toBe(1);
    await host.registry.tag('stable', 'v3');
    await as('1.7', 'upgrade');
    expect((await host.run('cat /run/reboot-required')).stdout).toMatch(/^bootc: Reboot required for image: sha256:/);
  });

  it('refuses to play any other', async () => {
    const { stderr, code } = await host.run('BOOTC_STANDIN_VERSION=3 bootc status');
    expect(code).toBe(1);
    expect(stderr).toBe("error: /etc/bootc-standin.conf: the lab's stand-in plays bootc 1.1, 1.7, 1.12, 1.16, not 3\n");
  });
});
