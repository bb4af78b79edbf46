import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '../../../shared/model/fact.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, partsOf } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask, configDiff, look } from './support/host-words.ts';

const MINUTES = 60_000;
const [V1, V2] = ['43.20261102.0', '43.20261109.0'];

describeWith(...labNeeds)('a host with the ostree of Debian 12', () => {
  describe('that bootc manages', () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await acquireLabHost({ kind: 'old' });
    }, 5 * MINUTES);
    afterAll(() => host.release());

    const versions = async () => {
      const { booted, staged, rollback } = (await readStatus(host)).status;
      return [booted, staged, rollback].map((each) => each?.image?.version ?? null);
    };

    it.each([
      ['ostree admin status --json', 'error: Unknown option --json'],
      ['ostree admin status --is-default', 'error: Unknown option --is-default'],
      ['ostree admin set-default 0', 'error: Unknown "admin" subcommand \'set-default\''],
      ['ostree admin lock-finalization', 'error: Unknown "admin" subcommand \'lock-finalization\''],
    ])('has no `%s`', async (command, words) => {
      const { stderr, code } = await host.run(command);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    });

    it('loses what is staged when the power is cut', async () => {
      await host.registry.tag('stable', 'v2');
      await ask(host, 'ostree admin pin 0 && bootc upgrade');
      expect(await versions()).toEqual([V1, V2, null]);
      await host.powerCut();
      await host.powerOn();
      expect(await versions()).toEqual([V1, null, null]);
      expect((await readStatus(host)).status.booted?.pinned).toBe(true);
    });

    it('merges /etc, edits after staging included', async () => {
      await ask(
        host,
        `cd /etc && sed -i s/port=80/port=81/ app.conf && rm app.d/10-feature.conf && echo new=mine >app.d/30-new.conf
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
      expect(await ask(host, 'grep lab-app /etc/passwd')).toMatch(/^lab-app:/);
    });

    it('cannot roll back with bootc, and says why', async () => {
      expect(await host.run('bootc rollback')).toMatchObject({
        code: 1,
        stderr: 'error: Rollback: Rollback (ostree): Unknown "admin" subcommand \'set-default\'\n',
      });
      expect((await readStatus(host)).status.rollbackQueued).toBe(false);
    });

    it('loses an update that it cannot merge, with the words of its time', async () => {
      await host.registry.tag('stable', 'blocker');
      await ask(host, 'echo proxy=here >/etc/app.proxy; bootc upgrade');
      await host.reboot();
      expect(await versions()).toEqual([V2, null, V1]);
      const reason = "During /etc merge: Modified config file newly defaults to directory 'app.proxy', cannot merge";
      expect(await ask(host, 'journalctl -b 0 -u ostree-boot-complete.service -o cat')).toContain(
        `error: ostree-finalize-staged.service failed on previous boot: ${reason}\n`,
      );
      expect(await ask(host, 'systemctl is-failed ostree-boot-complete.service; cat /etc/app.proxy')).toBe(
        'failed\nproxy=here',
      );
    });
  });

  describe('that has nothing but ostree', () => {
    it(
      'is read by Berth from ostree’s text, before and after staging',
      async () => {
        const host = await acquireLabHost({ kind: 'old', manager: 'ostree' });
        const berth = await openBerth(host);
        try {
          const before = valueOf((await berth.facts()).deployments)!;
          expect(before).toMatchObject({
            source: 'ostree',
            managedByBootc: false,
            booted: { version: V1, pinned: false },
          });
          expect(before.booted?.origin).toBe('lab:lab/stable');
          const booted = before.booted!.id;
          expect(partsOf(before)).toEqual({
            booted,
            staged: null,
            rollback: null,
            rollbackQueued: false,
            others: [],
            pinned: [],
          });

          await host.registry.tag('stable', 'v2');
          await ask(host, 'ostree admin pin 0 && ostree admin upgrade --stage');
          const staged = `${await ask(host, 'ostree rev-parse lab:lab/stable')}.0`;
          const after = valueOf((await berth.facts()).deployments)!;
          expect(partsOf(after)).toEqual({
            booted,
            staged,
            rollback: null,
            rollbackQueued: false,
            others: [],
            pinned: [booted],
          });
          expect(after.staged?.version).toBe(V2);
        } finally {
          await berth.close();
          await host.release();
        }
      },
      MINUTES,
    );
  });
});
