import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask } from './support/host-words.ts';

const MINUTES = 60_000;
const V3 = '44.20261116.0';
const TIMER = 'bootc-fetch-apply-updates.timer';

/** What systemd and bootc's units do beside the verbs; one host's story. */
describeWith(...labNeeds)('a full host', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2 });
  }, 5 * MINUTES);
  afterAll(() => host.release());

  const unitState = () => ask(host, `systemctl show --property UnitFileState --value ${TIMER}`);

  it('has bootc’s timer, which can be enabled, masked and given back', async () => {
    expect(await unitState()).toBe('disabled');
    await ask(host, `systemctl enable --now ${TIMER}`);
    expect(await ask(host, `systemctl list-timers --no-legend ${TIMER}`)).toContain(
      'bootc-fetch-apply-updates.service',
    );
    await ask(host, `systemctl mask --now ${TIMER}`);
    expect(await unitState()).toBe('masked');
    expect((await host.run(`systemctl start ${TIMER}`)).stderr).toContain('is masked');
    // An edit of /etc like any other.
    expect(await ask(host, 'ostree admin config-diff')).toMatch(
      /^A {4}systemd\/system\/bootc-fetch-apply-updates.timer$/m,
    );
    await ask(host, `systemctl unmask ${TIMER} && systemctl disable ${TIMER}`);
    expect(await unitState()).toBe('disabled');
  });

  it('tells when the status of bootc has changed', async () => {
    const path = 'systemctl show --property ActiveState --value bootc-status-updated.path';
    expect(await ask(host, path)).toBe('active');
    await host.registry.tag('stable', 'v2');
    await ask(host, 'bootc upgrade --check');
    const reached = 'journalctl -b -o cat -u bootc-status-updated.target';
    await expect.poll(() => ask(host, reached), { timeout: MINUTES / 4 }).toContain('Target for bootc status changes');
  });

  it('does not reboot while something that inhibits it goes on', async () => {
    const inhibit = 'systemd-inhibit --what=shutdown --who=backup --why="A backup runs" --mode=block';
    await ask(host, `systemd-run --quiet --unit=backup ${inhibit} sleep infinity`);
    await expect
      .poll(() => ask(host, 'systemd-inhibit --list --no-legend'), { timeout: MINUTES / 4 })
      .toMatch(/^backup +0 +root +\d+ +systemd-inhibit +shutdown +A backup runs +block$/m);
    const { stderr, code } = await host.run('systemctl reboot');
    expect(code).toBe(1);
    expect(stderr).toContain('Operation denied due to active block inhibitor');
    await ask(host, 'systemctl stop backup');
  });

  it('updates and reboots by itself, with the kernel arguments of the new image', async () => {
    await host.registry.tag('stable', 'v3');
    const before = await host.bootId();
    await ask(host, 'systemctl start --no-block bootc-fetch-apply-updates.service');
    await host.waitForBoot(before);
    const { booted, rollback } = (await readStatus(host)).status;
    expect([booted, rollback].map((each) => each?.image?.version)).toEqual([V3, '43.20261102.0']);
    expect(await ask(host, 'cat /proc/cmdline')).toMatch(/ lab\.scheduler=fair$/);
    const boots = JSON.parse(await ask(host, 'journalctl --list-boots --output=json')) as { boot_id: string }[];
    expect(boots.map(({ boot_id }) => boot_id)).toEqual(
      [before, await host.bootId()].map((id) => id.replaceAll('-', '')),
    );
    expect(await ask(host, 'journalctl -b -1 -u systemd-logind -o cat')).toContain('Initiated by bootc');
    // Which deployment each of them ran.
    const paths = await ask(
      host,
      'journalctl MESSAGE_ID=7170336a73ba4601bad31af888aa0df7 -o json --output-fields=DEPLOYMENT_PATH',
    );
    expect(paths.split('\n').map((line) => (JSON.parse(line) as { DEPLOYMENT_PATH: string }).DEPLOYMENT_PATH)).toEqual(
      [rollback, booted].map((each) => `/ostree/deploy/default/deploy/${each!.ostree.checksum}.0`),
    );
  });
});
