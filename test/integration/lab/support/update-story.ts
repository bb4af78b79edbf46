import { expect, it } from 'vitest';
import type { LabHost } from '../../../support/lab.ts';
import { readStatus } from './bootc-documents.ts';
import { ask, configDiff, look } from './host-words.ts';

const [V1, V2, BLOCKER] = ['43.20261102.0', '43.20261109.0', '43.20261118.0'];

/** What differs between kinds of hosts when an update comes that cannot be merged. */
export interface Unmergeable {
  /** Said on the host before that update is staged. */
  readonly before: string;
  /** What is booted afterwards, and what is the rollback then. */
  readonly then: readonly [booted: string, rollback: string];
  /** What ostree calls the step that failed; newer ones do. */
  readonly step: string;
  /** /etc/app.proxy afterwards. */
  readonly proxy: string;
}

/** Which versions are booted, staged and to roll back to. */
export async function versionsOf(host: LabHost): Promise<readonly (string | null)[]> {
  const { booted, staged, rollback } = (await readStatus(host)).status;
  return [booted, staged, rollback].map((each) => each?.image?.version ?? null);
}

/** The story that hosts of every kind have in common, from their first day on: tests that build on one another. */
export function tellUpdateStory(theHost: () => LabHost, { before, then, step, proxy }: Unmergeable): void {
  it('loses what is staged when the power is cut, and keeps its pins', async () => {
    const host = theHost();
    await host.registry.tag('stable', 'v2');
    await ask(host, 'ostree admin pin 0 && bootc upgrade');
    expect(await versionsOf(host)).toEqual([V1, V2, null]);
    await host.powerCut();
    await host.powerOn();
    expect(await versionsOf(host)).toEqual([V1, null, null]);
    expect((await readStatus(host)).status.booted?.pinned).toBe(true);
  });

  it('merges /etc at the reboot, edits after staging included', async () => {
    const host = theHost();
    await ask(
      host,
      `cd /etc && sed -i s/port=80/port=81/ app.conf && rm app.d/10-feature.conf && echo new=mine >app.d/30-new.conf
       python3 -c 'import os; os.setxattr("shells", "user.lab", b"1")'
       bootc upgrade && echo old=maybe >app.d/20-legacy.conf && chmod 700 app.trust`,
    );
    expect(await configDiff(host)).toEqual({
      'app.conf': 'M',
      'app.d/10-feature.conf': 'D',
      'app.d/20-legacy.conf': 'M',
      'app.d/30-new.conf': 'A',
      'app.trust': 'M',
    });
    await host.reboot();
    expect(await versionsOf(host)).toEqual([V2, null, V1]);
    const paths = ['app.conf', 'app.d', 'app.d/20-legacy.conf', 'app.d/30-new.conf', 'app.trust'];
    expect([...(await look(host, '/etc', paths)).values()]).toEqual([
      'file 644: port=81\nworkers=4\nloglevel=info',
      'folder 755: 20-legacy.conf 30-new.conf',
      'file 644: old=maybe',
      'file 644: new=mine',
      'folder 755: 10-lab.pem',
    ]);
    expect(
      await ask(host, `grep lab-app /etc/passwd; python3 -c 'import os; print(os.listxattr("/etc/shells"))'`),
    ).toMatch(/^lab-app:.*\n\[\]$/);
  });

  it('loses an update that it cannot merge, and says why at the next boot', async () => {
    const host = theHost();
    await host.registry.tag('stable', 'blocker');
    await ask(host, `echo proxy=here >/etc/app.proxy; ${before}; bootc upgrade`);
    expect(await versionsOf(host)).toEqual([V2, BLOCKER, V1]);
    await host.reboot();
    expect(await versionsOf(host)).toEqual([then[0], null, then[1]]);
    const reason = "During /etc merge: Modified config file newly defaults to directory 'app.proxy', cannot merge";
    expect(await ask(host, 'journalctl -b 0 -u ostree-boot-complete.service -o cat')).toContain(
      `error: ostree-finalize-staged.service failed on previous boot: ${step}${reason}\n`,
    );
    expect(await ask(host, 'systemctl is-failed ostree-boot-complete.service')).toBe('failed');
    expect(await ask(host, 'cat /etc/app.proxy /etc/app.conf')).toBe(`${proxy}\nport=81\nworkers=4\nloglevel=info`);
  });
}
