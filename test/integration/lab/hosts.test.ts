import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostFolder, hostPlace, initProcess, type HostPlace } from '../../lab/hosts/host-place.ts';
import { prepareMachine } from '../../lab/hosts/machine.ts';
import { makeHost } from '../../lab/hosts/make-host.ts';
import { powerOn } from '../../lab/hosts/power.ts';
import { script } from '../../lab/hosts/scripts.ts';
import { takeSlots } from '../../lab/hosts/slots.ts';
import { makeImages } from '../../lab/images/make-images.ts';
import { labPath } from '../../lab/places.ts';
import { allProcesses } from '../../lab/hosts/processes.ts';
import { acquireLabHost, acquireLabHosts, type LabHost, type Tier } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';

/** Trees and images are made when they are not cached. */
const MAKING = 240_000;

for (const tier of [1, 2] satisfies Tier[]) {
  describeWith(...labNeeds)(`a host of tier ${tier}`, () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await acquireLabHost({ tier, manager: 'ostree' });
    }, MAKING);
    afterAll(() => host.release());

    /** What a command says, when it succeeds. */
    async function ask(command: string, user = 'root'): Promise<string> {
      const { stdout, stderr, code } = await host.run(command, { user });
      expect(code, stderr).toBe(0);
      return stdout.trim();
    }

    it('is an image-mode host: booted from a deployment, /usr and /sysroot read-only', async () => {
      expect(await ask('ostree admin status')).toMatch(/^\* default [0-9a-f]{64}\.0\n/);
      expect(await ask('hostname')).toBe(host.name);
      expect(await ask('test -e /run/ostree-booted && grep -o "ostree=/ostree/boot" /proc/cmdline')).toBeTruthy();
      expect((await host.run('touch /usr/here')).stderr).toContain('Read-only file system');
      expect((await host.run('touch /sysroot/here')).stderr).toContain('Read-only file system');
      expect(await ask('systemctl is-system-running')).toBe('running');
    });

    it('has its users, with and without sudo', async () => {
      expect(await ask('sudo -n id -un', 'admin')).toBe('root');
      expect((await host.run('sudo -n id -un', { user: 'opera' })).stderr).toContain('a password is required');
      const opera = await host.run("sudo -S -p '' id -un", { user: 'opera', input: 'open sesame\n' });
      expect(opera).toMatchObject({ stdout: 'root\n', code: 0 });
      expect((await host.run("sudo -S -p '' id -un", { user: 'guest', input: '\n' })).code).toBe(1);
    });

    it('cannot reach the settings of the machine, its clock or its disks', async () => {
      for (const command of ['date -s 2001-01-01', 'mknod /run/disk b 254 0', 'echo 1 > /proc/sys/kernel/panic']) {
        expect((await host.run(command)).code, command).not.toBe(0);
      }
      expect(await ask('ls /dev')).not.toMatch(/^(vd|sd|nvme|loop)/m);
    });

    it('merges /etc when a staged deployment is finalized, and not before', async () => {
      await host.registry.tag('stable', 'v2');
      await ask('sed -i s/workers=4/workers=16/ /etc/app.conf && ostree admin upgrade --stage');
      expect(await ask('ostree admin status')).toMatch(/\.0 \(staged\)\n/);
      await ask('echo late > /etc/after-staging');
      expect(await ask('cat /etc/app.d/10-feature.conf')).toBe('feature=a');
      const before = await host.bootId();

      await host.reboot();

      expect(await host.bootId()).not.toBe(before);
      expect(await ask('ostree admin status')).toMatch(/^\* .*\n +Version: 43\.20261109\.0/);
      // Edited here and changed by the image: the edit stays. Changed by the image alone: the image's. Made here: stays.
      expect(await ask('grep workers /etc/app.conf; cat /etc/app.d/10-feature.conf /etc/after-staging')).toBe(
        'workers=16\nfeature=b\nlate',
      );
      expect(await ask('ls /etc/app.d')).toBe('10-feature.conf\n30-new.conf');
    });

    it('loses what is staged when the power is cut', async () => {
      await host.registry.tag('stable', 'v3');
      await ask('ostree admin upgrade --stage');
      await host.powerCut();
      expect((await host.run('true')).code).toBe(255);
      expect(() => host.path('/etc/hostname')).toThrow('is off');
      await host.powerOn();
      const status = await ask('ostree admin status');
      expect(status).not.toContain('staged');
      expect(status).toMatch(/^\* .*\n +Version: 43\.20261109\.0/);
    });

    it('is seen from this machine, running and without power', async () => {
      expect((await readFile(host.path('/etc/hostname'), 'utf8')).trim()).toBe(host.name);
      expect((await stat(host.path('/sysroot/ostree/repo'))).isDirectory()).toBe(true);
    });

    it('has faults that are real', async () => {
      const { faults } = host;
      const booted = async () => /^\* .*/m.exec(await ask('ostree admin status'))?.[0];
      const before = await booted();
      await host.registry.tag('stable', 'v3');
      await faults.failFinalize();
      await ask('ostree admin upgrade --stage');
      await host.reboot();
      expect(await ask('systemctl is-failed ostree-boot-complete.service')).toBe('failed');
      expect(await booted()).toBe(before);

      await faults.stopSshd();
      expect((await host.run('true')).stderr).toContain('Connection refused');
      await faults.startSshd();
      const release = await faults.holdLock();
      expect((await host.run('timeout 1 ostree admin cleanup')).code).toBe(124);
      await release();
      await ask('ostree admin cleanup');

      const sleeping = host.run('echo began; exec sleep 100');
      await expect.poll(async () => (await host.run('pgrep -x sleep')).code).toBe(0);
      expect(await faults.killSessions()).toBeGreaterThan(0);
      expect(await sleeping).toMatchObject({ stdout: 'began\n', code: 255 });

      const { knownHostsLine } = host;
      await faults.changeHostKey();
      expect(host.knownHostsLine).not.toBe(knownHostsLine);
      await expect(faults.stepClock(60)).rejects.toThrow('no namespace');
      await ask('true');
    });

    it('finds no room for an upgrade on a full disk', async () => {
      await host.faults.fillDisk();
      await host.registry.tag('stable', 'blocker');
      expect((await host.run('ostree admin upgrade --stage')).stderr).toMatch(
        /min-free-space-size .* would be exceeded/,
      );
      await host.faults.freeDisk();
    });

    it('can be replaced by another host at the same address', async () => {
      const id = await ask('cat /etc/machine-id');
      const { knownHostsLine } = host;
      await host.faults.replaceHost();
      expect(await ask('cat /etc/machine-id')).not.toBe(id);
      expect(host.knownHostsLine).not.toBe(knownHostsLine);
      expect(await ask('ostree admin status')).toContain('Version: 43.20261102.0');
    });

    if (tier === 1) {
      it('refuses what it has not got', async () => {
        await expect(host.faults.dropNetwork()).rejects.toThrow('Ask for a host of tier 2');
        await expect(host.faults.loseJournal()).rejects.toThrow('Ask for a host of tier 2');
      });
    } else {
      it('has a network that goes silent and comes back', async () => {
        await host.faults.dropNetwork();
        const waiting = host.run('echo there');
        // Silence can only be waited for.
        const answered = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 700, 'silence'))]);
        expect(answered).toBe('silence');
        await host.faults.restoreNetwork();
        expect(await waiting).toMatchObject({ stdout: 'there\n', code: 0 });
      });

      it('reaches its registry and nothing else', async () => {
        expect(await ask(`curl -sS http://${host.registry.address}/v2/`)).toBe('{}');
        expect((await host.run('curl -sS -m 5 http://192.0.2.1/')).code).toBe(7);
      });

      it('keeps the journal of the boot before', async () => {
        await host.reboot();
        expect(await ask('journalctl -b -1 -u ssh.service -o cat | head -n 1')).not.toBe('');
      });
    }
  });
}

describeWith(...labNeeds)('the pool', () => {
  it(
    'leaves nothing of hosts that were released',
    async () => {
      const hosts = [...(await acquireLabHosts(3)), await acquireLabHost({ tier: 2 })];
      expect(new Set(hosts.map(({ address }) => address)).size).toBe(hosts.length);
      const folders = hosts.map(({ number }) => hostFolder('pool', number));
      const links = hosts.map(({ number }) => `/sys/class/net/${hostPlace('pool', number, 2).link}`);
      expect(existsSync(links[3]!)).toBe(true);
      expect(processesNaming(folders)).not.toEqual([]);

      await Promise.all(hosts.map((host) => host.release()));

      expect([...folders, ...links].filter((path) => existsSync(path))).toEqual([]);
      expect(processesNaming(folders)).toEqual([]);
      expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain('/labs/pool/');
    },
    MAKING,
  );

  describe('of a process that was killed', () => {
    /** A host of tier 2 that runs, and the keeper of its number, as acquireLabHost has them. */
    async function bootWithKeeper(): Promise<{ place: HostPlace; keeper: ChildProcess }> {
      const keeper = spawn('bash', [script('keep-slots.sh'), labPath('pool'), '1'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
      await prepareMachine();
      const place = hostPlace('pool', Number(line.toString()), 2);
      await makeHost(place, await makeImages('full'), {});
      await powerOn(place);
      return { place, keeper };
    }

    it(
      'removes the hosts',
      async () => {
        const { place, keeper } = await bootWithKeeper();
        const init = initProcess(place);
        const ended = once(keeper, 'close');
        keeper.stdin?.destroy(); // What the end of its owner is to the keeper.
        await ended;
        expect([place.folder, `/sys/class/net/${place.link}`].filter((path) => existsSync(path))).toEqual([]);
        expect(allProcesses().filter(({ pid }) => pid === init)).toEqual([]);
      },
      MAKING,
    );

    it(
      'removes them at the latest with the next host of that number, when their keeper was killed as well',
      async () => {
        const { place, keeper } = await bootWithKeeper();
        const init = initProcess(place);
        const ended = once(keeper, 'close');
        keeper.kill('SIGKILL');
        await ended;
        expect(initProcess(place)).toBe(init);

        execFileSync('flock', [join(labPath('pool'), 'slots', String(place.number)), 'true']); // Nobody holds it any more.
        const slots = await takeSlots('pool', place.number);
        expect(slots.numbers).toContain(place.number);
        expect(existsSync(place.folder)).toBe(false);
        expect(allProcesses().filter(({ pid }) => pid === init)).toEqual([]);
        await Promise.all(slots.numbers.map((number) => slots.giveBack(number)));
      },
      MAKING,
    );
  });

  it('says what it cannot give', async () => {
    await expect(acquireLabHost({ tier: 1, kind: 'full' })).rejects.toThrow("Hosts of kind 'full' are of tier 2");
    await expect(acquireLabHosts(251)).rejects.toThrow('numbers are free');
  });

  /** Command lines of this machine that name one of the folders. */
  function processesNaming(folders: readonly string[]): readonly string[] {
    const commands = allProcesses().map(({ command }) => `${command} `);
    return commands.filter((command) => folders.some((folder) => command.includes(`${folder} `)));
  }
});
