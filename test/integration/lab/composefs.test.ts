import { afterAll, beforeAll, expect, it } from 'vitest';
import { valueOf } from '../../../shared/model/fact.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask, configDiff, look } from './support/host-words.ts';

const MINUTES = 60_000;
const [V1, V2, BLOCKER] = ['43.20261102.0', '43.20261109.0', '43.20261118.0'];

/** ostree's backend with a root of composefs. Soft reboots, which only such hosts can do, have a test of their own. */
describeWith(...labNeeds)('a host whose root is composefs', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await acquireLabHost({ kind: 'full-composefs' });
  }, 5 * MINUTES);
  afterAll(() => host.release());

  const versions = async () => {
    const { booted, staged, rollback } = (await readStatus(host)).status;
    return [booted, staged, rollback].map((each) => each?.image?.version ?? null);
  };

  it('has one read-only image as its root, /usr in it, and an /etc of its own', async () => {
    expect(await ask(host, 'findmnt --noheadings --output FSTYPE,OPTIONS /')).toMatch(/^overlay +ro,/);
    expect((await host.run('findmnt /usr')).code).toBe(1);
    expect((await host.run('touch /usr/here')).stderr).toContain('Read-only file system');
    expect((await host.run('touch /here')).stderr).toContain('Read-only file system');
    expect(await ask(host, 'touch /etc/here && rm /etc/here && findmnt --noheadings --output OPTIONS /etc')).toMatch(
      /^rw,/,
    );
  });

  it('is told by Berth as what it is to bootc: a host of the ostree backend', async () => {
    const berth = await openBerth(host);
    const facts = await berth.facts();
    await berth.close();
    expect(valueOf(facts.deployments)).toMatchObject({
      source: 'bootc',
      backend: 'ostree',
      booted: { version: V1 },
      staged: null,
    });
    expect((await readStatus(host)).status.booted).toMatchObject({ composefs: null });
  });

  it('loses what is staged when the power is cut, and keeps its pins', async () => {
    await host.registry.tag('stable', 'v2');
    await ask(host, 'ostree admin pin 0 && bootc upgrade');
    expect(await versions()).toEqual([V1, V2, null]);
    await host.powerCut();
    await host.powerOn();
    expect(await versions()).toEqual([V1, null, null]);
    expect((await readStatus(host)).status.booted?.pinned).toBe(true);
  });

  it('merges /etc as on any host of ostree, edits after staging included', async () => {
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
    expect(await versions()).toEqual([V2, null, V1]);
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

  it('loses an update that it cannot merge, and goes back to what was queued before', async () => {
    await host.registry.tag('stable', 'blocker');
    await ask(host, 'echo proxy=here >/etc/app.proxy; bootc rollback && bootc upgrade');
    expect(await versions()).toEqual([V2, BLOCKER, V1]);
    expect((await readStatus(host)).status.rollbackQueued).toBe(true);

    await host.reboot();

    expect(await versions()).toEqual([V1, null, V2]);
    expect(await ask(host, 'journalctl -b 0 -u ostree-boot-complete.service -o cat')).toContain(
      "error: ostree-finalize-staged.service failed on previous boot: Finalizing deployment: During /etc merge: Modified config file newly defaults to directory 'app.proxy', cannot merge\n",
    );
    // What the host had when it last ran this image; nothing of it was merged.
    expect(await ask(host, 'cat /etc/app.proxy /etc/app.conf')).toBe('proxy=none\nport=81\nworkers=4\nloglevel=info');
  });

  it('cannot be had without bootc: nothing can be taken out of its image', async () => {
    await expect(acquireLabHost({ kind: 'full-composefs', manager: 'ostree' })).rejects.toThrow(
      "on composefs the tools of an image cannot be taken out of it; only manager 'bootc' is there",
    );
  });
});
