import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';

const MINUTES = 60_000;

describeWith(...labNeeds)('the stand-in for greenboot', () => {
  let host: LabHost;
  const motd = async () => (await host.run('cat /run/motd.d/boot-status')).stdout;

  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2 });
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  it('finds a healthy host healthy', async () => {
    await host.run('systemctl is-system-running --wait');
    expect(await motd()).toBe('Boot Status is GREEN - Health Check SUCCESS\n');
    expect((await host.run('grub2-editenv - list')).stdout).toBe('boot_success=1\n');
    const { stdout } = await host.run('journalctl -b -u greenboot-healthcheck.service -o cat');
    expect(stdout).toContain("Script '10-app.sh' SUCCESS");
  });

  it('lets a healthy update be', async () => {
    await host.registry.tag('stable', 'v2');
    await host.run('bootc upgrade');
    await host.reboot();
    await host.run('systemctl is-system-running --wait');
    expect((await readStatus(host)).status.booted?.image?.version).toBe('43.20261109.0');
    expect((await host.run('grub2-editenv - list')).stdout).toBe('boot_success=1\n');
  });

  it(
    'boots an unhealthy update three times, then goes back to the old image for good',
    async () => {
      await host.registry.tag('stable', 'broken');
      await host.run('bootc upgrade');
      const bootsBefore = Number((await host.run('journalctl --list-boots --quiet | wc -l')).stdout);
      await host.run('systemctl reboot');
      await expect
        .poll(motd, { timeout: 2 * MINUTES, interval: 500 })
        .toMatch(/^FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back\.\nBoot Status is GREEN/);
      const { status } = await readStatus(host);
      expect(status.booted?.image?.version).toBe('43.20261109.0');
      expect(status.rollback?.image?.version).toBe('44.20261117.0');
      expect(status.rollbackQueued).toBe(false);
      const { stdout: boots } = await host.run('journalctl --list-boots --quiet | wc -l');
      expect(Number(boots) - bootsBefore).toBe(4);
      const { stdout: failed } = await host.run('journalctl -b -1 -u greenboot-healthcheck.service -o cat');
      expect(failed).toContain("Script '10-app.sh' FAILURE (exit code '1')");
      const { verdict, boots: told } = await forensicsOf(host);
      expect(verdict).toMatchObject({
        kind: 'greenboot-rollback',
        params: {
          boots: 3,
          version: '44.20261117.0',
          back: '43.20261109.0',
          check: '10-app.sh',
          output: 'app: the database is of schema 41, this version knows 42 only',
        },
        failedBoot: told[1]?.id,
        goodBoot: told[0]?.id,
      });
      await host.reboot();
      expect((await readStatus(host)).status.booted?.image?.version).toBe('43.20261109.0');
    },
    3 * MINUTES,
  );
});

async function forensicsOf(host: LabHost) {
  const berth = await openBerth(host);
  try {
    return await berth.forensics();
  } finally {
    await berth.close();
  }
}
