import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask, configDiff, look, type Shown } from './support/host-words.ts';

const MINUTES = 60_000;

/** One way for a path of /etc to go: what is done to it here, and what the update makes of it. */
interface Row {
  readonly name: string;
  readonly path: string;
  /** What is done in /etc, as sh; nothing when the path is left as it was. */
  readonly edit?: string;
  /** How `ostree admin config-diff` lists it before the reboot, and after it: the difference to the image that is then booted. */
  readonly listed?: string;
  readonly listedAfter?: string;
  readonly becomes: Shown | RegExp;
}

/** From v1 to v2, as its history tells. */
const updated: readonly Row[] = [
  {
    name: 'untouched here, changed by the image: the image’s',
    path: 'group',
    becomes: /^file 644: .*\nlab-app:x:480:\nlab-metrics:x:481:lab-app$/s,
  },
  {
    name: 'changed here, untouched by the image: stays',
    path: 'app.proxy',
    edit: 'echo proxy=here >app.proxy',
    listed: 'M',
    listedAfter: 'M',
    becomes: 'file 644: proxy=here',
  },
  {
    name: 'changed here and by the image: stays whole, nothing is joined',
    path: 'app.conf',
    edit: 'sed -i s/port=80/port=81/ app.conf',
    listed: 'M',
    listedAfter: 'M',
    becomes: 'file 644: port=81\nworkers=4\nloglevel=info',
  },
  {
    name: 'changed here to what the image brings: follows the image from then on',
    path: 'motd',
    edit: 'echo "Welcome to Lab OS 43.20261109.0" >motd',
    listed: 'M',
    becomes: 'file 644: Welcome to Lab OS 43.20261109.0',
  },
  {
    name: 'changed here, deleted by the image: stays',
    path: 'app.d/20-legacy.conf',
    edit: 'echo old=maybe >app.d/20-legacy.conf',
    listed: 'M',
    listedAfter: 'A',
    becomes: 'file 644: old=maybe',
  },
  {
    name: 'deleted here, untouched by the image: stays deleted',
    path: 'debian_version',
    edit: 'rm debian_version',
    listed: 'D',
    listedAfter: 'D',
    becomes: 'nothing',
  },
  {
    name: 'deleted here, changed by the image: stays deleted',
    path: 'app.d/10-feature.conf',
    edit: 'rm app.d/10-feature.conf',
    listed: 'D',
    listedAfter: 'D',
    becomes: 'nothing',
  },
  {
    name: 'made here: stays',
    path: 'own.conf',
    edit: 'echo own >own.conf',
    listed: 'A',
    listedAfter: 'A',
    becomes: 'file 644: own',
  },
  {
    name: 'made here and by the image: stays',
    path: 'app.d/30-new.conf',
    edit: 'echo new=mine >app.d/30-new.conf',
    listed: 'A',
    listedAfter: 'M',
    becomes: 'file 644: new=mine',
  },
  {
    name: 'a user made here: the whole file stays, without the user that the image brings',
    path: 'passwd',
    edit: 'echo "nora:x:1500:1500::/home/nora:/bin/sh" >>passwd',
    listed: 'M',
    listedAfter: 'M',
    becomes: /^file 644: (?!.*lab-app).*\nnora:x:1500:1500::\/home\/nora:\/bin\/sh$/s,
  },
  {
    name: 'another mode here, another content of the image: the old content stays too',
    path: 'gshadow',
    edit: 'chmod 600 gshadow',
    listed: 'M',
    listedAfter: 'M',
    becomes: /^file 600: (?!.*lab-app)/s,
  },
  {
    name: 'another mode of a folder alone: lost',
    path: 'app.trust',
    edit: 'chmod 700 app.trust',
    listed: 'M',
    becomes: 'folder 755: 10-lab.pem',
  },
  {
    name: 'another mode of a folder in which something is changed: stays',
    path: 'app.d',
    edit: 'chmod 750 app.d',
    listed: 'M',
    listedAfter: 'M',
    becomes: 'folder 750: 20-legacy.conf 30-new.conf',
  },
  {
    name: 'a folder here, a file of the image: stays a folder',
    path: 'issue.net',
    edit: 'rm issue.net; mkdir issue.net; echo mine >issue.net/mine',
    listed: 'M',
    listedAfter: 'M',
    becomes: 'folder 755: mine',
  },
  {
    name: 'a file here, a link of the image: stays a file',
    path: 'os-release',
    edit: 'cp --remove-destination ../usr/lib/os-release os-release; echo HERE=1 >>os-release',
    listed: 'M',
    listedAfter: 'M',
    becomes: /^file 644: .*\nVERSION="43\.20261102\.0"\n.*\nHERE=1$/s,
  },
  { name: 'a FIFO: listed, and not copied', path: 'queue', edit: 'mkfifo queue', listed: 'A', becomes: 'nothing' },
];

/** From v2 to an image that adds, removes and replaces folders: what no image of the history does. */
const restructured: readonly Row[] = [
  {
    name: 'a folder deleted here, to which the image adds: stays deleted, with what was added',
    path: 'app.d',
    edit: 'rm -r app.d',
    becomes: 'nothing',
  },
  {
    name: 'a folder made here and by the image: joined, with the mode it has here',
    path: 'app.metrics',
    edit: 'mkdir -m 700 app.metrics; echo here >app.metrics/10-here.conf; echo here >app.metrics/20-both.conf',
    becomes: 'folder 700: 10-here.conf 20-both.conf 30-image.conf',
  },
  { name: 'in it, a file of both: stays', path: 'app.metrics/20-both.conf', becomes: 'file 644: here' },
  { name: 'in it, a file of the image: comes', path: 'app.metrics/30-image.conf', becomes: 'file 644: image' },
  { name: 'untouched here, deleted by the image: goes', path: 'app.trust/10-lab.pem', becomes: 'nothing' },
  {
    name: 'a file changed here, whose folder the image deleted: the folder comes back, with this file alone',
    path: 'skel',
    edit: 'echo here >>skel/.profile',
    becomes: 'folder 755: .profile',
  },
  {
    name: 'an empty folder made here where the image adds a file: stays a folder',
    path: 'app.cache',
    edit: 'mkdir app.cache',
    becomes: 'folder 755:',
  },
  {
    name: 'a file made here where the image adds a link: stays a file',
    path: 'app.link',
    edit: 'echo here >app.link',
    becomes: 'file 644: here',
  },
];

const ATTRIBUTE = `python3 -c 'import os; print(os.listxattr("/etc/shells"))'`;

describeWith(...labNeeds)('the merge of /etc', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await acquireLabHost({ kind: 'full' });
    await host.registry.tag('stable', 'v2');
  }, 5 * MINUTES);
  afterAll(() => host.release());

  describe('at an update that brings v2 after v1', () => {
    let merged: ReadonlyMap<string, Shown>;
    const listed = (rows: readonly Row[], of: 'listed' | 'listedAfter') =>
      Object.fromEntries(rows.flatMap((row) => (row[of] === undefined ? [] : [[row.path, row[of]]])));

    it('has nothing to do on a new host', async () => {
      expect(await configDiff(host)).toEqual({});
    });

    it('begins with what was changed before and after staging, which config-diff lists', async () => {
      await ask(host, `python3 -c 'import os; os.setxattr("/etc/shells", "user.lab", b"1")'`);
      const half = updated.length / 2;
      const edits = updated.map(({ edit }) => edit ?? ':');
      await ask(host, `cd /etc; set -e\n${edits.slice(0, half).join('\n')}`);
      await ask(host, 'bootc upgrade');
      expect((await readStatus(host)).status.staged?.image?.version).toBe('43.20261109.0');
      await ask(host, `cd /etc; set -e\n${edits.slice(half).join('\n')}`);
      expect(await configDiff(host)).toEqual(listed(updated, 'listed'));
    });

    it('comes with a real reboot, and tells the journal how much it took along', async () => {
      const before = await host.bootId();
      const letters = (await ask(host, 'ostree admin config-diff')).split('\n').map((line) => line[0]);
      const count = (letter: string) => String(letters.filter((each) => each === letter).length);
      await host.reboot();
      expect(await host.bootId()).not.toBe(before);
      expect((await readStatus(host)).status.booted?.image?.version).toBe('43.20261109.0');
      merged = await look(
        host,
        '/etc',
        updated.map(({ path }) => path),
      );
      const told = await ask(host, 'journalctl -b -1 MESSAGE_ID=d3863baec13e4449ab0384684a8af3a7 -o json | head -n 1');
      expect(JSON.parse(told)).toMatchObject({
        ETC_N_MODIFIED: count('M'),
        ETC_N_REMOVED: count('D'),
        ETC_N_ADDED: count('A'),
      });
    });

    it.each(updated)('$name', ({ path, becomes }) => {
      if (typeof becomes === 'string') expect(merged.get(path)).toBe(becomes);
      else expect(merged.get(path)).toMatch(becomes);
    });

    it('loses extended attributes, which count as no change', async () => {
      expect(await ask(host, ATTRIBUTE)).toBe('[]');
    });

    it('is seen in config-diff, which then compares with the new image', async () => {
      expect(await configDiff(host)).toEqual(listed(updated, 'listedAfter'));
    });
  });

  describe('at an update that this host alone has, in which folders come and go', () => {
    let staged: string;
    let merged: ReadonlyMap<string, Shown>;

    it('is staged by ostree itself, which bootc tells without an image', async () => {
      await makeOwnImages(host);
      staged = await ask(
        host,
        'ostree admin deploy --stage --os=default restructured >&2 && ostree rev-parse restructured',
      );
      expect((await readStatus(host)).status.staged).toMatchObject({ image: null, ostree: { checksum: staged } });
      await ask(host, `cd /etc; set -e\n${restructured.map(({ edit }) => edit ?? ':').join('\n')}`);
    });

    it('is finalized by stopping a service, as every shutdown does', async () => {
      await ask(host, 'systemctl stop ostree-finalize-staged.service');
      expect(await ask(host, 'test -e /etc/.updated && ostree admin status')).toMatch(
        new RegExp(`^  default ${staged}\\.0 \\(pending\\)\n`),
      );
      const paths = [...restructured.map(({ path }) => path), '.updated'];
      merged = await look(host, `/ostree/deploy/default/deploy/${staged}.0/etc`, paths);
      await ask(host, 'ostree admin undeploy 0');
    });

    it.each(restructured)('$name', ({ path, becomes }) => {
      if (typeof becomes === 'string') expect(merged.get(path)).toBe(becomes);
      else expect(merged.get(path)).toMatch(becomes);
    });

    it('makes systemd look at the new /etc', () => {
      expect(merged.get('.updated')).toBe('nothing');
    });
  });

  describe('with a file where the other side has a folder', () => {
    const AS_IN_IMAGE =
      'cd /etc; for path in app.d app.proxy app.trust; do rm -rf "$path"; cp -a "/usr/etc/$path" "$path"; done';
    const blockers = [
      {
        name: 'a file added here to a folder that is a file in the image',
        stage: 'bootc upgrade',
        edit: 'echo own >/etc/app.trust/20-own.pem',
        reason: 'opendir(app.trust): Not a directory',
      },
      {
        name: 'a file added here to a folder that is a link to nowhere in the image',
        stage: 'ostree admin deploy --stage --os=default linked',
        edit: 'echo own >/etc/app.trust/20-own.pem',
        reason: 'opendir(app.trust): No such file or directory',
      },
      {
        name: 'a folder that was replaced by a file here',
        stage: 'bootc upgrade',
        edit: 'rm -r /etc/app.d; echo "a file now" >/etc/app.d',
        reason: "Modified config file newly defaults to directory 'app.d', cannot merge",
      },
    ];

    beforeAll(() => host.registry.tag('stable', 'blocker'));

    it.each(blockers)('fails to finalize: $name', async ({ stage, edit, reason }) => {
      await ask(host, `${AS_IN_IMAGE}; ${edit}; ${stage}`);
      await ask(
        host,
        'systemctl stop ostree-finalize-staged.service; systemctl is-failed ostree-finalize-staged.service',
      );
      const stamp = await ask(
        host,
        'cat /boot/ostree/finalize-failure.stamp && rm /boot/ostree/finalize-failure.stamp',
      );
      expect(stamp).toBe(`Finalizing deployment: During /etc merge: ${reason}`);
      const { status } = await readStatus(host);
      expect(status.staged).toBeNull();
      expect(status.booted?.image?.version).toBe('43.20261109.0');
    });

    it('loses the update at the reboot, boots the old image, and tells why in a service that fails', async () => {
      await ask(host, `${AS_IN_IMAGE}; echo proxy=here >/etc/app.proxy; bootc upgrade`);
      const told = (await readStatus(host)).status;
      expect(told.staged?.image?.version).toBe('43.20261118.0');

      await host.reboot();

      const { status } = await readStatus(host);
      expect(status.booted?.image).toEqual(told.booted?.image);
      expect(status.staged).toBeNull();
      const reason = "During /etc merge: Modified config file newly defaults to directory 'app.proxy', cannot merge";
      expect(await ask(host, 'journalctl -b -1 -u ostree-finalize-staged.service -o cat')).toContain(
        `error: Finalizing deployment: ${reason}\n`,
      );
      expect(await ask(host, 'journalctl -b 0 -u ostree-boot-complete.service -o cat')).toContain(
        `error: ostree-finalize-staged.service failed on previous boot: Finalizing deployment: ${reason}\n`,
      );
      expect(await ask(host, 'systemctl is-failed ostree-boot-complete.service; ls /boot/ostree')).not.toContain(
        'stamp',
      );
      expect(await ask(host, 'cat /etc/app.proxy')).toBe('proxy=here');
    });
  });
});

/**
 * Commits two images of this host's own, changed in the /usr/etc of the booted one: `restructured`, and `linked` after it.
 * Files of a checkout are links into the repository: they are replaced, never written into.
 */
async function makeOwnImages(host: LabHost): Promise<void> {
  const { checksum } = (await readStatus(host)).status.booted!.ostree;
  const script = `set -e
mount -o remount,rw /sysroot
commit() {
  ostree commit --repo=/ostree/repo --branch="$1" --parent=none --link-checkout-speedup --tree=dir=/ostree/own-tree >&2
}
ostree checkout --require-hardlinks ${checksum} /ostree/own-tree
cd /ostree/own-tree/usr/etc
mkdir app.metrics
echo image >app.metrics/20-both.conf
echo image >app.metrics/30-image.conf
echo image >app.d/40-image.conf
echo image >app.cache
ln -s ../usr/lib/os-release app.link
rm -r skel app.trust/10-lab.pem
commit restructured
rm -r app.trust
ln -s /nowhere app.trust
commit linked
rm -r /ostree/own-tree`;
  await ask(host, 'unshare --mount sh', { input: script });
}
