import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../lab/command.ts';
import { endHost } from '../../lab/hosts/end-host.ts';
import { hostPlace, type HostPlace } from '../../lab/hosts/host-place.ts';
import { takeDown } from '../../lab/hosts/leftovers.ts';
import { makeHost } from '../../lab/hosts/make-host.ts';
import { powerOn } from '../../lab/hosts/power.ts';
import { allProcesses, signalAll } from '../../lab/hosts/processes.ts';
import { takeSlots } from '../../lab/hosts/slots.ts';
import { makeImages } from '../../lab/images/make-images.ts';
import { labPath } from '../../lab/places.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { readStatus } from './support/bootc-documents.ts';
import { startHoldingProcess } from './support/holding-process.ts';
import { ask } from './support/host-words.ts';
import { findTraces, ip } from './support/leftovers.ts';

const MINUTES = 60_000;

describeWith(...labNeeds)('power', () => {
  describe('cut while an update is staged', () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await acquireLabHost({ kind: 'full' });
    }, 5 * MINUTES);
    afterAll(() => host.release());

    const deployments = () =>
      readdirSync(host.path('/sysroot/ostree/deploy/default/deploy')).filter((name) => !name.endsWith('.origin'));

    it('leaves the folder of a deployment that nobody knows, which the next cleanup removes', async () => {
      await host.registry.tag('stable', 'v2');
      await ask(host, 'bootc upgrade');
      const { booted, staged } = (await readStatus(host)).status;
      const folders = [booted, staged].map((each) => `${each!.ostree.checksum}.0`).sort();
      const before = await host.bootId();

      await host.powerCut();
      expect(deployments().sort()).toEqual(folders);
      await host.powerOn();

      expect(await host.bootId()).not.toBe(before);
      const { status } = await readStatus(host);
      expect(status.staged).toBeNull();
      expect(status.booted).toMatchObject({ ostree: booted!.ostree, image: booted!.image });
      expect(existsSync(host.path('/run/ostree/staged-deployment'))).toBe(false);
      expect(await ask(host, 'ostree admin status')).not.toContain(staged!.ostree.checksum);
      // Nothing has failed: nothing was begun.
      expect(await ask(host, 'systemctl --failed --no-legend')).toBe('');
      expect(deployments().sort()).toEqual(folders);
      await ask(host, 'ostree admin cleanup');
      expect(deployments()).toEqual([`${booted!.ostree.checksum}.0`]);
    });

    it('cannot leave the machine’s file system frozen: no host can freeze, thaw or trim it', async () => {
      // Thawing what is not frozen harms nobody, and says “Invalid argument” where it is possible.
      expect((await host.run('fsfreeze --unfreeze /boot')).stderr).toContain('Operation not supported');
      expect((await host.run('fstrim /')).stderr).toContain('not supported');
    });

    it('leaves the update pulled: it is staged again without a download, and boots', async () => {
      const { stdout } = await host.run('bootc upgrade');
      expect(stdout).toMatch(/^No changes in .*\n(.*\n)*Queued for next boot: /);
      expect((await readStatus(host)).status.staged?.image?.version).toBe('43.20261109.0');
    });
  });
});

/** Whether somebody keeps a number of the pool, or a lab was brought up by hand. */
function isInUse(): boolean {
  const slots = readdirSync(join(labPath('pool'), 'slots')).map((name) => join(labPath('pool'), 'slots', name));
  const isKept = (slot: string) => spawnSync('flock', ['--nonblock', slot, 'true']).status !== 0;
  const byHand = join(labPath('hand'), 'hosts');
  return slots.some(isKept) || (existsSync(byHand) && readdirSync(byHand).length > 0);
}

describeWith(...labNeeds)('the pool', () => {
  it.each(['small', 'full'] as const)(
    'puts another host in the place of a running %s one in less than 200 ms, up to its boot',
    async (kind) => {
      const images = await makeImages(kind);
      const slots = await takeSlots('pool', 1);
      const place = hostPlace('pool', slots.numbers[0]!, kind === 'small' ? 1 : 2);
      await makeHost(place, images, {});
      const began = performance.now();
      // Of a machine that is busy with something else there is a share only; of some rounds the best counts.
      const limit = () => 200 * Math.max(1, loadavg()[0]! / availableParallelism());
      let best = Infinity;
      while (best >= limit() && performance.now() - began < 20_000) {
        await powerOn(place);
        const started = performance.now();
        await endHost(place, 'discard');
        await makeHost(place, images, {});
        best = Math.min(best, performance.now() - started);
      }
      await slots.giveBack(place.number);
      expect(best).toBeLessThan(limit());
    },
    5 * MINUTES,
  );

  it(
    'gives a number to the next user without anything of the one before',
    async () => {
      const former = await acquireLabHost();
      const { number } = former;
      const marks = ['/etc/former', '/var/former', '/var/home/admin/former', '/boot/former'];
      await ask(former, `touch ${marks.join(' ')}; echo former >>/etc/motd; ostree admin pin 0`);
      await former.registry.tag('stable', 'v3');
      await former.registry.fault('unauthorized');
      await ask(former, 'nohup sleep 1000 >/dev/null 2>&1 &');
      const identity = [await ask(former, 'cat /etc/machine-id'), former.knownHostsLine];
      await former.release();
      expect(await findTraces(hostPlace('pool', number, 1))).toEqual([]);

      const next = await acquireLabHost();
      try {
        expect(next.number).toBeLessThanOrEqual(number);
        const found = await runCommand(['find', next.path('/sysroot'), '-name', 'former']);
        expect(found).toBe('');
        expect(await ask(next, 'cat /etc/machine-id')).not.toBe(identity[0]);
        expect(next.knownHostsLine).not.toBe(identity[1]);
        expect(await ask(next, 'cat /etc/motd; pgrep -x sleep || true')).toBe('Welcome to Lab OS 43.20261102.0');
        expect((await readStatus(next)).status).toMatchObject({
          booted: { pinned: false },
          staged: null,
          rollback: null,
        });
        expect((await next.run('bootc upgrade --check')).stdout).toMatch(/^No changes in: /);
      } finally {
        await next.release();
      }
    },
    MINUTES,
  );

  describe('after its user was killed', () => {
    /** A process that has a small and a full host, and where they are. */
    async function hold() {
      const holder = await startHoldingProcess([{ kind: 'small' }, { kind: 'full' }]);
      const [small, full] = holder.numbers;
      return { holder, places: [hostPlace('pool', small!, 1), hostPlace('pool', full!, 2)] };
    }

    const traces = async (places: readonly HostPlace[]) => (await Promise.all(places.map(findTraces))).flat();

    /** Kills such a process together with those that keep its numbers: nobody is left who would clean up. */
    async function killAll(): Promise<readonly HostPlace[]> {
      const { holder, places } = await hold();
      const isKeeper = (command: string) => command.includes('keep-slots.sh');
      const keepers = allProcesses().filter(({ parent, command }) => parent === holder.pid && isKeeper(command));
      expect(keepers).toHaveLength(2);
      signalAll(keepers, 'SIGKILL');
      await holder.kill();
      const kinds = (await traces(places)).map((trace) => trace.split(' ')[0]);
      expect(new Set(kinds)).toEqual(new Set(['folder', 'process', 'mounts', 'link', 'route', 'control', 'listener']));
      return places;
    }

    it(
      'is cleaned up after by those that keep its numbers',
      async () => {
        const { holder, places } = await hold();
        await holder.kill();
        await expect.poll(() => traces(places), { timeout: MINUTES / 2, interval: 100 }).toEqual([]);
      },
      MINUTES,
    );

    it(
      'is cleaned up after by `lab down`, when those were killed too',
      async () => {
        const places = await killAll();
        const { hosts } = await takeDown({ all: false, hand: false });
        expect(hosts).toBeGreaterThanOrEqual(2);
        expect(await traces(places)).toEqual([]);
        // While somebody else uses the lab, its routes stay; others come and go meanwhile.
        const hasRoutes = () => `${ip('route', 'show')}${ip('route', 'show', 'table', 'local')}`.includes('10.77.');
        await expect.poll(() => hasRoutes() === isInUse(), { timeout: 20_000 }).toBe(true);
      },
      MINUTES,
    );

    it(
      'is cleaned up after by the next user of its numbers',
      async () => {
        const places = await killAll();
        const last = Math.max(...places.map(({ number }) => number));
        // So many numbers can only be had with all free ones up to the last of those among them.
        const slots = await takeSlots('pool', last);
        expect(slots.numbers).toEqual(expect.arrayContaining(places.map(({ number }) => number)));
        expect(await traces(places)).toEqual([]);
        await Promise.all(slots.numbers.map((number) => slots.giveBack(number)));
      },
      MINUTES,
    );
  });
});
