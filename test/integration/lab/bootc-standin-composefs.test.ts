import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { readStatus } from './support/bootc-documents.ts';

const MINUTES = 60_000;

describeWith(...labNeeds)('the stand-in for bootc on a host with composefs', () => {
  let host: LabHost;

  beforeAll(async () => {
    host = await acquireLabHost({ kind: 'full-composefs' });
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  it(
    'prepares a soft reboot, which keeps the boot id and merges /etc all the same',
    async () => {
      await host.registry.tag('stable', 'v2');
      const { stdout, code } = await host.run('bootc upgrade --soft-reboot=required');
      expect(code).toBe(0);
      expect(stdout).toMatch(/Staged deployment is soft-reboot capable, preparing for soft-reboot\.\.\.\n$/);
      expect((await readStatus(host)).status.staged).toMatchObject({ softRebootCapable: true });

      const bootId = await host.bootId();
      await host.run('echo "local=1" >>/etc/app.conf; systemctl soft-reboot');
      await expect
        .poll(async () => (await host.run('systemctl show -P SoftRebootsCount')).stdout, {
          timeout: MINUTES,
          interval: 200,
        })
        .toBe('1\n');
      expect(await host.bootId()).toBe(bootId);
      expect((await readStatus(host)).status.booted?.image?.version).toBe('43.20261109.0');
      expect((await host.run('cat /etc/app.conf')).stdout).toBe('port=80\nworkers=4\nloglevel=info\nlocal=1\n');
    },
    2 * MINUTES,
  );

  it('says before it reboots that another kernel cannot be reached softly', async () => {
    await host.registry.tag('stable', 'v3');
    const { stderr, code } = await host.run('bootc upgrade --soft-reboot=required');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: Upgrading: Soft reboot was required but staged deployment is not soft-reboot capable\n$/,
    );
    expect((await readStatus(host)).status.staged).toMatchObject({ softRebootCapable: false });
  });
});
