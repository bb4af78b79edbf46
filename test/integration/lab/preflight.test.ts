import { afterAll, beforeAll, expect, it } from 'vitest';
import { forecast } from '../../../shared/logic/forecast.ts';
import type { CheckName } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, type BerthOfHost } from './support/berth.ts';
import { ask } from './support/host-words.ts';

const MINUTES = 60_000;
const REBOOT: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };

/** What a pre-flight finds on a host with a real logind, a real lock and a real registry; and what ostree itself says of the next boot. */
describeWith(...labNeeds)('a pre-flight, and the forecast of what was staged', () => {
  let host: LabHost;
  let berth: BerthOfHost;
  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2 });
    berth = await openBerth(host, 'admin');
  }, 5 * MINUTES);
  afterAll(async () => {
    await berth.close();
    await host.release();
  });

  const check = async (request: VerbRequest, name: CheckName) => {
    const { checks } = await berth.preflight(request);
    return checks.find((each) => each.name === name);
  };

  it('finds nothing that stops an upgrade', async () => {
    const { checks } = await berth.preflight({ verb: 'upgrade' });
    expect(checks.filter(({ result }) => result === 'fail' || result === 'warn')).toEqual([]);
    expect(checks.find(({ name }) => name === 'registry')?.text).toContain(
      'without TLS; registries.conf has exceptions',
    );
    expect(checks.find(({ name }) => name === 'lock')?.result).toBe('pass');
  });

  it('names who is logged in besides, and what holds up a shutdown', async () => {
    expect(await check(REBOOT, 'users')).toMatchObject({ result: 'pass' });
    expect(await check(REBOOT, 'inhibitors')).toMatchObject({ result: 'pass' });
    const other = host.run(
      'systemd-inhibit --what=shutdown --who=backup --why="it runs" --mode=block sh -c "touch /run/inhibits; sleep 20"',
    );
    await ask(host, 'while ! [ -e /run/inhibits ]; do sleep 0.1; done');
    expect(await check(REBOOT, 'inhibitors')).toMatchObject({
      result: 'warn',
      text: '1 inhibitor against a shutdown: backup: it runs.',
    });
    // The session of the one that inhibits.
    expect((await check(REBOOT, 'users'))?.text).toMatch(/^1 other session: root from /);
    await ask(host, 'pkill -f "[s]leep 20"; rm /run/inhibits');
    await other;
  });

  it('names who holds the lock of the sysroot', async () => {
    // As ostree does: a lock of the open file, from a mount namespace in which the sysroot can be written.
    const program = [
      'import fcntl, struct, time',
      'lock = open("/ostree/lock", "r+")',
      'fcntl.fcntl(lock, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))',
      'open("/run/holds", "w")',
      'time.sleep(60)',
    ].join('; ');
    await ask(
      host,
      `systemd-run --quiet --unit=holder unshare -m sh -c 'mount -o remount,rw /sysroot; exec python3 -c "$0"' '${program}'
      for i in 1 2 3 4 5 6 7 8 9; do [ -e /run/holds ] && exit; sleep 0.3; done; systemctl status holder >&2; exit 1`,
    );
    expect(await check({ verb: 'upgrade' }, 'lock')).toMatchObject({
      result: 'fail',
      text: expect.stringMatching(/python3 .* \(pid \d+, holder\.service\) holds the lock of the sysroot/) as string,
    });
    await ask(host, 'systemctl stop holder');
  });

  it('foresees the kernel of an update', async () => {
    await host.registry.tag('stable', 'v3');
    await ask(host, 'bootc upgrade');
    expect(forecast(await berth.facts())).toMatchObject({
      kernel: { now: '6.12.48-lab', then: '6.17.8-lab' },
      softReboot: 'impossible',
    });
    expect(await check(REBOOT, 'space-boot')).toMatchObject({ result: 'pass' });
  });

  it('foresees the arguments that ostree has staged, and they are those of the next boot', async () => {
    await ask(
      host,
      'ostree admin deploy --stage --karg-append=foreseen=1 "$(ostree admin status --json | grep -o "[0-9a-f]\\{64\\}" | head -n1)"',
    );
    const foreseen = forecast(await berth.facts());
    expect(foreseen).toMatchObject({
      kind: 'staged',
      arguments: { added: ['foreseen=1'], removed: [] },
      blockers: [],
    });
    await host.reboot();
    expect(await ask(host, 'cat /proc/cmdline')).toContain('foreseen=1');
    expect(forecast(await berth.facts())).toMatchObject({ kind: 'same' });
  });
});
