import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { createFrameParser } from '../../shared/parse/frames.ts';
import { SHELLS, type ShellName } from './probe.ts';
import { describeWith } from '../support/prerequisites.ts';

const NONCE = 'ffeeddccbbaa99887766554433221100';
const ID = 'c0ffee123456';
const scripts = await loadNativeScripts(join(import.meta.dirname, '../../native'));
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

interface Frame {
  readonly name: string;
  readonly args: readonly string[];
  text: string;
  exitCode: number;
}

// Root, a mount namespace for each run, and in it a /run of the test's own.
describeWith('dash', 'busybox', 'bash', 'root', 'unshare', 'shellcheck').each(Object.keys(SHELLS) as ShellName[])(
  'actions under %s',
  (shell) => {
    let folder: string;
    const children: ChildProcess[] = [];
    const operation = (name = '') => join(folder, 'run/berth', ID, name);

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'berth-actions-'));
      await mkdir(join(folder, 'run'));
      await mkdir(join(folder, 'bin'));
      // Scripted stand-ins: a systemd that detaches a process and knows whether it lives, and a bootc.
      await tool(
        'systemd-run',
        `[ -e /run/systemd-refuses ] && { echo 'Failed to connect to bus' >&2; exit 1; }
       for word in "$@"; do case $word in --unit=*) unit=\${word#--unit=} ;; esac; done
       while [ "$1" != -- ]; do shift; done
       shift 2
       setsid ${SHELLS[shell].join(' ')} "$@" </dev/null >/dev/null 2>&1 &
       echo "$!" >"/run/$unit.pid"`,
      );
      await tool(
        'systemctl',
        `case $1 in
         is-active) { read -r pid <"/run/$2.pid"; } 2>/dev/null && kill -0 "$pid" 2>/dev/null && echo active || { echo inactive; exit 3; } ;;
         stop) read -r pid <"/run/$3.pid"; kill -s TERM -- "-$pid" ;;
       esac`,
      );
      await tool(
        'bootc',
        `case $* in
         *--help) [ ! -e /run/no-progress ] || { echo 'unexpected argument' >&2; exit 2; }; exit 0 ;;
       esac
       echo "$*" >>/run/calls
       : >/run/made
       echo 'to stdout'; echo 'to stderr' >&2
       case $* in *--progress-fd*) echo '{"type":"Start"}' >&3 ;; esac
       while [ -e /run/hold ]; do sleep 0.05; done
       exit "$(cat /run/exit 2>/dev/null || echo 0)"`,
      );
    });
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      await rm(join(folder, 'run/hold'), { force: true });
      // A unit that was let go may still write its last words.
      await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
    });

    async function tool(name: string, script: string): Promise<void> {
      await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, 'bin', name), 0o755);
    }

    function begin(script: string, args: readonly string[]) {
      const inside = `mount --bind "$0/run" /run && PATH="$0/bin:$PATH" exec "$@"`;
      const command = ['-m', 'sh', '-c', inside, folder, ...SHELLS[shell], '-s', '--', script, NONCE, ...args];
      const child = spawn('unshare', command, { stdio: ['pipe', 'pipe', 'ignore'] });
      children.push(child);
      child.stdin.end(scripts.text(script));
      const frames: Frame[] = [];
      const parser = createFrameParser(NONCE, {
        onBegin: (name, words) => frames.push({ name, args: words, text: '', exitCode: -1 }),
        onData: (_name, bytes) => (frames.at(-1)!.text += Buffer.from(bytes).toString()),
        onEnd: (_name, exitCode) => (frames.at(-1)!.exitCode = exitCode),
      });
      child.stdout.on('data', (bytes: Buffer) => parser.push(bytes));
      return { child, frames };
    }

    async function run(script: string, ...args: string[]): Promise<Frame[]> {
      const { child, frames } = begin(script, args);
      await once(child, 'close');
      return frames;
    }
    const start = async (verb = 'upgrade', boot = bootId) =>
      (await run('actions/start', ID, boot, 'jb@desk', '0', 'bootc', verb))[0]!;
    const follow = (...offsets: number[]) =>
      run('actions/follow', ID, bootId, ...[0, 1, 2].map((index) => String(offsets[index] ?? 0)));
    const textOf = (frames: readonly Frame[], name: string) =>
      frames
        .filter((frame) => frame.name === name)
        .map(({ text }) => text)
        .join('');
    const calls = () => readFile(join(folder, 'run/calls'), 'utf8').catch(() => '');
    const hold = () => writeFile(join(folder, 'run/hold'), '');
    const ended = () => vi.waitFor(() => expect(existsSync(operation('exit-code'))).toBe(true), { timeout: 10_000 });

    it('runs a verb once, and tells all that it wrote', async () => {
      const frame = await start();
      expect(frame).toMatchObject({ name: 'start', exitCode: 0 });
      expect(frame.text).toBe(`unit=berth-upgrade-${ID}\nprogress=yes\nagain=no\n`);
      const frames = await follow();
      expect(textOf(frames, 'stdout')).toBe('to stdout\n');
      expect(textOf(frames, 'stderr')).toBe('to stderr\n');
      expect(textOf(frames, 'progress')).toBe('{"type":"Start"}\n');
      expect(frames.find(({ name }) => name === 'stdout')?.args).toEqual(['0', '10']);
      expect(frames.at(-1)).toMatchObject({ name: 'state', args: ['ended', '0'] });
      expect((await start()).text).toContain('again=yes');
      expect(await calls()).toBe('upgrade --progress-fd 3\n');
      // What is Berth's is nobody else's; what the tools make is as any service would make it.
      expect((await stat(operation('stdout'))).mode & 0o777).toBe(0o600);
      expect((await stat(join(folder, 'run/made'))).mode & 0o777).toBe(0o644);
      expect((await readdir(operation())).sort()).toEqual(
        [
          'began',
          'exit-code',
          'meta',
          'progress',
          'run.sh',
          'stderr',
          'stdout',
          'unit',
          'with-progress',
          'words',
        ].sort(),
      );
    });

    it('goes on from offsets, and keeps the exit code', async () => {
      await writeFile(join(folder, 'run/exit'), '1');
      await start('check');
      await ended();
      const frames = await follow(3, 10, 0);
      expect(frames.filter(({ name }) => name !== 'state')).toEqual([
        { name: 'stdout', args: ['3', '7'], text: 'stdout\n', exitCode: 0 },
      ]);
      expect(frames.at(-1)?.args).toEqual(['ended', '1']);
      expect(await calls()).toBe('upgrade --check\n');
    });

    it('does without progress where bootc has none', async () => {
      await writeFile(join(folder, 'run/no-progress'), '');
      expect((await start()).text).toContain('progress=no');
      expect((await follow()).at(-1)?.args).toEqual(['ended', '0']);
      expect(await calls()).toBe('upgrade\n');
    });

    it('stops a unit, whose exit code says so', async () => {
      await hold();
      await start();
      await vi.waitFor(async () => expect(await calls()).not.toBe(''), { timeout: 10_000 });
      expect((await run('actions/cancel', ID))[0]).toMatchObject({ name: 'cancel', exitCode: 0 });
      expect((await follow()).at(-1)?.args).toEqual(['ended', '143']);
      expect((await run('actions/cancel', ID))[0]).toMatchObject({ exitCode: 0 });
    });

    it('never begins any more once it was told that it has not', async () => {
      expect((await follow()).at(-1)?.args).toEqual(['not-started']);
      // A start that was on its way all the time.
      expect(await start()).toMatchObject({ exitCode: 66 });
      expect((await follow()).at(-1)?.args).toEqual(['not-started']);
      await rm(operation(), { recursive: true });

      // A unit that systemd begins when nobody waits for it any more.
      await tool(
        'systemd-run',
        `while [ "$1" != -- ]; do shift; done
       shift
       { while [ ! -e /run/go ]; do sleep 0.05; done; "$@"; : >/run/over; } </dev/null >/dev/null 2>&1 &`,
      );
      expect((await start()).text).toContain('again=no');
      expect((await follow()).at(-1)?.args).toEqual(['not-started']);
      await writeFile(join(folder, 'run/go'), '');
      await vi.waitFor(() => expect(existsSync(join(folder, 'run/over'))).toBe(true), { timeout: 10_000 });
      expect(await calls()).toBe('');
      expect((await follow()).at(-1)?.args).toEqual(['not-started']);
    }, 30_000);

    it('says what has become of a unit that is gone', async () => {
      await hold();
      await start();
      await vi.waitFor(async () => expect(await calls()).not.toBe(''), { timeout: 10_000 });
      process.kill(-Number(await readFile(join(folder, `run/berth-upgrade-${ID}.pid`), 'utf8')), 'SIGKILL');
      expect((await follow()).at(-1)?.args).toEqual(['vanished']);
      const other = await run('actions/follow', ID, 'another-boot', '0', '0', '0');
      expect(other.at(-1)?.args).toEqual(['rebooted']);
    }, 30_000);

    it('ends with its reader', async () => {
      await hold();
      await start();
      const { child, frames } = begin('actions/follow', [ID, bootId, '0', '0', '0']);
      await vi.waitFor(() => expect(frames.length).toBeGreaterThan(0), { timeout: 10_000 });
      child.stdout.destroy();
      await once(child, 'exit');
      expect(existsSync(operation('exit-code'))).toBe(false);
    }, 30_000);

    it('refuses what it cannot do, and says why', async () => {
      expect(await start('upgrade', 'another-boot')).toMatchObject({ exitCode: 65 });
      expect(await start('rollback')).toMatchObject({ exitCode: 64 });
      for (const id of ['../../../etc', 'c0ffee', `${ID}0`, 'C0FFEE123456']) {
        expect((await run('actions/start', id, bootId, 'jb@desk', '0', 'bootc', 'upgrade'))[0]).toMatchObject({
          exitCode: 64,
        });
      }
      expect(existsSync(join(folder, 'run/berth'))).toBe(false);
      await writeFile(join(folder, 'run/systemd-refuses'), '');
      expect(await start()).toMatchObject({ exitCode: 1 });
      // Nothing has run: the same operation may be started once systemd does.
      await rm(join(folder, 'run/systemd-refuses'));
      expect((await start()).text).toContain('again=no');
      await ended();
      expect(await calls()).toBe('upgrade --progress-fd 3\n');
    });

    it('waits for a unit that systemd begins late', async () => {
      await tool('systemctl', 'echo activating');
      await mkdir(operation(), { recursive: true });
      await writeFile(operation('unit'), 'late\n');
      const { child, frames } = begin('actions/follow', [ID, bootId, '0', '0', '0']);
      await vi.waitFor(() => expect(frames.length).toBeGreaterThan(10), { timeout: 10_000 });
      await mkdir(operation('began'));
      await writeFile(operation('exit-code'), '0\n');
      await once(child, 'close');
      expect(frames.at(-1)?.args).toEqual(['ended', '0']);
    }, 30_000);

    it('keeps the folders of the newest that have ended, and of all that have not', async () => {
      for (let number = 0; number < 25; number += 1) {
        const old = join(folder, 'run/berth', String(number).padStart(12, '0'));
        await mkdir(old, { recursive: true });
        if (number !== 3) await writeFile(join(old, 'exit-code'), '0\n');
        await utimes(old, 1_700_000_000 + number, 1_700_000_000 + number);
      }
      await hold();
      await start();
      const left = (await readdir(join(folder, 'run/berth'))).sort();
      expect(left).toHaveLength(22);
      expect(left.slice(0, 2)).toEqual(['000000000003', '000000000005']);
      expect(left).toContain(ID);
    });

    it('takes words for what they are, and refuses what is none of the verb', async () => {
      const give = async (...words: string[]) => (await run('actions/start', ID, bootId, 'jb@desk', '0', ...words))[0]!;
      const image = 'quay.io/acme/os:2';
      for (const words of [
        ['bootc', 'switch', '--help', 'registry', 'drop', 'policy'],
        ['bootc', 'switch', 'a b', 'registry', 'drop', 'policy'],
        ['bootc', 'switch', image, '--retain', 'drop', 'policy'],
        ['bootc', 'switch', image, 'registry', 'drop'],
        ['bootc', 'upgrade', '--apply'],
        ['bootc', 'pin', 'a'.repeat(64)],
        ['ostree', 'pin', '--unpin'],
        ['ostree', 'pin', ''],
        ['rpm-ostree', 'kernel-arguments'],
        ['rpm-ostree', 'kernel-arguments', 'quiet'],
        ['bootc', 'kernel-arguments', '-quiet'],
        ['systemd', 'reboot', '-1', ''],
        ['systemd', 'reboot', '0', '--help'],
        ['systemd', 'reboot', '0', 'two\nlines'],
        ['systemd', 'pause-updates', 'sshd'],
        ['systemd', 'pause-updates', '../x.timer'],
        ['sh', 'upgrade'],
      ]) {
        expect(await give(...words), words.join(' ')).toMatchObject({ exitCode: 64 });
      }
      await tool('shutdown', 'printf "<%s>" "$@" >>/run/calls');
      const message = `it's $HOME; \`reboot\` "now" %n *`;
      expect(await give('systemd', 'reboot', '5', message)).toMatchObject({ exitCode: 0 });
      await ended();
      expect(await calls()).toBe(`<-r><+5><${message}>`);
    });

    it('takes a reboot back that is still to come', async () => {
      await tool('shutdown', 'echo "$*" >>/run/calls');
      await run('actions/start', ID, bootId, 'jb@desk', '0', 'systemd', 'reboot', '60', '');
      await ended();
      expect((await run('actions/cancel', ID))[0]).toMatchObject({ exitCode: 0 });
      expect(await calls()).toBe('-r +60\n-c\n');
    });

    it('hands every kernel argument on as one word', async () => {
      await tool('rpm-ostree', 'printf "<%s>" "$@" >>/run/calls');
      const words = ['+a=b c', '-quiet', "+x='$(id)'"];
      await run('actions/start', ID, bootId, 'jb@desk', '0', 'rpm-ostree', 'kernel-arguments', ...words);
      await ended();
      expect(await calls()).toBe("<kargs><--append=a=b c><--delete=quiet><--append=x='$(id)'>");
    });

    it('gives bootc all kernel arguments that are to be of Berth’s, as one word', async () => {
      await tool('bootc', 'printf "<%s>" "$@" >>/run/calls');
      const words = ['+a="b c"', '+nosmt', "+x='$(id)'"];
      await run('actions/start', ID, bootId, 'jb@desk', '0', 'bootc', 'kernel-arguments', ...words);
      await ended();
      expect(await calls()).toBe(
        `<loader-entries><set-options-for-source><--source><berth><--options=a="b c" nosmt x='$(id)'>`,
      );
    });

    it('stops a bootc that has staged and does not end, and says so', async () => {
      await hold();
      await mkdir(join(folder, 'run/composefs'));
      await run('actions/start', ID, bootId, 'jb@desk', '1', 'bootc', 'upgrade');
      await vi.waitFor(async () => expect(await calls()).not.toBe(''), { timeout: 10_000 });
      await writeFile(join(folder, 'run/composefs/staged-deployment'), '{}');
      await vi.waitFor(() => expect(existsSync(operation('exit-code'))).toBe(true), { timeout: 30_000 });
      expect((await follow()).at(-1)?.args).toEqual(['ended', '143', 'hung']);
    }, 40_000);

    it('says who does what', async () => {
      await start();
      const meta = await readFile(operation('meta'), 'utf8');
      expect(meta).toMatch(
        /^unit=berth-upgrade-c0ffee123456\nverb=upgrade\nboot-id=[0-9a-f-]+\nhost-time=\d+\nuptime=[\d.]+\nstarted-by=jb@desk\n$/,
      );
    });

    it('leaves a runner behind that shellcheck finds nothing in', async () => {
      await start();
      const check = spawn('shellcheck', ['-s', 'sh', operation('run.sh')], { stdio: 'inherit' });
      expect((await once(check, 'exit'))[0]).toBe(0);
    });
  },
);
