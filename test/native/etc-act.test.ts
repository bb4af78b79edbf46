import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { bytesOfPath, pathFromBytes } from '../../shared/logic/etc-path.ts';
import { etcStepLines, etcWord } from '../../shared/logic/etc-step-lines.ts';
import { completeActs, etcSteps, proveEtc } from '../../shared/logic/etc-steps.ts';
import type { EtcFileAct, EtcFound } from '../../shared/model/etc-act.ts';
import { parseEtcLook, type EtcLook } from '../../shared/parse/etc-look.ts';
import { createFrameParser } from '../../shared/parse/frames.ts';
import { describeWith } from '../support/prerequisites.ts';
import { SHELLS, type ShellName } from './probe.ts';

const NONCE = 'ffeeddccbbaa99887766554433221100';
const ID = 'c0ffee123456';
const scripts = await loadNativeScripts(join(import.meta.dirname, '../../native'));
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
/** A mount namespace in which /etc, /usr/etc and /run are a test's own. */
const INSIDE =
  'mount -t overlay overlay -o "lowerdir=$0/usr:/usr" /usr && mount --bind "$0/etc" /etc && mount --bind "$0/run" /run && exec "$@"';

interface Frame {
  readonly name: string;
  readonly args: readonly string[];
  bytes: Buffer;
  exitCode: number;
}

describeWith('dash', 'busybox', 'bash', 'root', 'unshare', 'shellcheck').each(Object.keys(SHELLS) as ShellName[])(
  'changes of /etc under %s',
  (shell) => {
    let folder: string;
    let inside: string;
    const here = (path: string) => Buffer.concat([Buffer.from(`${folder}/etc/`), bytesOfPath(path)]);
    const shipped = (path: string) => Buffer.concat([Buffer.from(`${folder}/usr/etc/`), bytesOfPath(path)]);

    beforeEach(async () => {
      // On a disk: an /etc in memory is a transient one.
      folder = await mkdtemp('/var/tmp/berth-etc-act-');
      inside = INSIDE;
      for (const name of ['etc', 'usr', 'usr/etc', 'run']) await mkdir(join(folder, name));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function run(script: string, args: readonly string[], input: Buffer) {
      const command = ['-m', 'sh', '-c', inside, folder, ...SHELLS[shell], '-s', '--', script, NONCE, ...args];
      const child = spawn('unshare', command, { stdio: 'pipe' });
      child.stdin.write(scripts.text(script));
      const frames: Frame[] = [];
      let stderr = '';
      const parser = createFrameParser(NONCE, {
        onBegin(name, words) {
          frames.push({ name, args: words, bytes: Buffer.alloc(0), exitCode: -1 });
          if (name === 'input') child.stdin.end(input);
        },
        onData: (_name, bytes) => (frames.at(-1)!.bytes = Buffer.concat([frames.at(-1)!.bytes, bytes])),
        onEnd: (_name, exitCode) => (frames.at(-1)!.exitCode = exitCode),
      });
      child.stdout.on('data', (bytes: Buffer) => parser.push(bytes));
      child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString('latin1')));
      await once(child, 'close');
      const frame = (name: string) => frames.find((one) => one.name === name);
      return { frames, frame, stderr };
    }

    async function look(...paths: string[]): Promise<EtcLook> {
      const input = Buffer.from(paths.map((path) => `${etcWord(path)}\n`).join(''));
      const { frame, stderr } = await run('probes/etc-look', [String(input.length)], input);
      const found = parseEtcLook(frame('etc')?.bytes.toString() ?? '');
      if (!found) throw new Error(stderr);
      return found;
    }

    function partsOf(acts: readonly EtcFileAct[], found: readonly EtcFound[], contents: readonly string[] = []) {
      const { steps, failure } = etcSteps(acts, found);
      if (!steps) throw new Error(JSON.stringify(failure));
      const { lines, contents: hashes } = etcStepLines(steps, acts);
      const byHash = new Map(contents.map((text) => [sha256(text), text]));
      return [`${lines.join('\n')}\n`, ...hashes.map((hash) => byHash.get(hash) ?? '')];
    }

    const prepare = (parts: readonly string[], boot = bootId) => {
      const bytes = parts.map((part) => Buffer.from(part));
      const sizes = bytes.map(({ length }) => String(length));
      return run('actions/etc-prepare', [ID, boot, ...sizes], Buffer.concat(bytes));
    };

    /** As the unit does it. */
    function change() {
      const unit =
        'cd "/run/berth/$1" && OPERATION=$PWD && . ./etc.sh && etc_base && etc_change; code=$?; etc_leave; exit $code';
      const args = ['-m', 'sh', '-c', inside, folder, ...SHELLS[shell], '-c', unit, 'sh', ID];
      return spawnSync('unshare', args, { encoding: 'utf8' });
    }

    const act = (kind: 'restore' | 'delete', path: string, found: readonly EtcFound[]): EtcFileAct => ({
      act: kind,
      path,
      seen: found.find((one) => one.path === path)?.local ?? null,
    });

    it('sees names of every kind as they are, above and below a path, and no further than links', async () => {
      const odd = [
        'line\nfeed',
        '-dash',
        'two  spaces\t',
        "it's $HOME `x` \\n",
        'bytes-\udcff\udc80',
        'ü',
        '*',
        'end\n',
      ];
      await mkdir(here('d'), { mode: 0o750 });
      for (const name of odd) await writeFile(here(`d/${name}`), bytesOfPath(name));
      await symlink(Buffer.from('../elsewhere\n\udcfe', 'latin1'), here('d/link'));
      await symlink('/', here('out'));
      spawnSync('mkfifo', [join(folder, 'etc/d/queue')]);
      await writeFile(here('d/.hidden'), '');
      const { found, isReadOnly, isTransient } = await look(
        'd',
        'out/etc',
        'none/at/all',
        ...odd.map((each) => `d/${each}`),
      );
      const local = new Map(found.map((one) => [one.path, one.local]));
      expect([...local.keys()].sort()).toEqual(
        ['d', 'd/.hidden', 'd/link', 'd/queue', 'out', ...odd.map((each) => `d/${each}`)].sort(),
      );
      for (const name of odd) expect(local.get(`d/${name}`)).toMatchObject({ type: 'file', hash: sha256(name) });
      expect(local.get('d')).toMatchObject({ type: 'directory', mode: 0o750, uid: 0, gid: 0 });
      expect(local.get('d/link')?.link).toBe(pathFromBytes(Buffer.from('../elsewhere\n\udcfe', 'latin1')));
      expect(local.get('d/queue')?.type).toBe('fifo');
      expect([isReadOnly, isTransient]).toEqual([false, false]);
    });

    it('puts back what the image ships, takes away what it does not, and changes types', async () => {
      await writeFile(shipped('chrony.conf'), 'pool image\n', { mode: 0o640 });
      await chown(shipped('chrony.conf'), 0, 5);
      await writeFile(here('chrony.conf'), 'server mine\n', { mode: 0o600 });
      // Deleted here: comes back with all that is in it.
      await mkdir(shipped('gone.d'), { mode: 0o750 });
      await mkdir(shipped('gone.d/sub'));
      await writeFile(shipped('gone.d/sub/-x\n'), 'x');
      await symlink('sub', shipped('gone.d/link'));
      // A folder of the image, a file here; and the other way round.
      await mkdir(shipped('agent'));
      await writeFile(shipped('agent/conf'), 'a');
      await writeFile(here('agent'), 'mine');
      await writeFile(shipped('folder'), 'file');
      await mkdir(here('folder'));
      await mkdir(here('folder/deep'));
      await writeFile(here('folder/deep/own'), 'own');
      // A link of the image, a file here; a link here to a folder, a file of the image.
      await symlink('../usr/x', shipped('zone'));
      await writeFile(here('zone'), 'zone');
      await writeFile(shipped('trap'), 'image');
      await mkdir(join(folder, 'outside'));
      await symlink(join(folder, 'outside'), here('trap'));
      await mkdir(shipped('cron.d'), { mode: 0o755 });
      await mkdir(here('cron.d'), { mode: 0o700 });
      await writeFile(here('cron.d/mine'), 'kept');
      await writeFile(here('own.conf'), 'own');
      // What its name does not tell: it does not leave the host.
      await writeFile(here('cert'), 'x\n-----BEGIN EC PRIVATE KEY-----\n');

      const paths = ['chrony.conf', 'gone.d', 'agent', 'folder', 'zone', 'trap', 'cron.d', 'own.conf', 'cert'];
      const { found } = await look(...paths);
      const acts = paths.map((path) => act(path === 'own.conf' ? 'delete' : 'restore', path, found));
      const prepared = await prepare(partsOf(acts, found));
      expect([prepared.frame('prepare')?.exitCode, prepared.frame('ready')?.exitCode, prepared.stderr]).toEqual([
        0,
        0,
        expect.not.stringContaining('rror'),
      ]);
      // What was there is brought home before anything is changed.
      const saved = prepared.frames.filter(({ name }) => name === 'saved').map(({ bytes }) => bytes.toString());
      expect(saved.sort()).toEqual(['mine', 'own', 'own', 'server mine\n', 'zone']);
      expect(await readFile(here('chrony.conf'), 'utf8')).toBe('server mine\n');

      const changed = change();
      expect([changed.status, changed.stderr]).toEqual([0, '']);
      const after = await look(...paths);
      expect(proveEtc(acts, found, after.found)?.missed).toEqual([]);
      const chrony = await lstat(here('chrony.conf'));
      expect([chrony.mode & 0o7777, chrony.uid, chrony.gid]).toEqual([0o640, 0, 5]);
      expect(await readFile(here('gone.d/sub/-x\n'), 'utf8')).toBe('x');
      expect(await readlink(here('gone.d/link'))).toBe('sub');
      expect(await readFile(here('agent/conf'), 'utf8')).toBe('a');
      expect(await readFile(here('folder'), 'utf8')).toBe('file');
      expect(await readlink(here('zone'))).toBe('../usr/x');
      expect(await readFile(here('trap'), 'utf8')).toBe('image');
      expect(await readdir(join(folder, 'outside'))).toEqual([]);
      expect((await lstat(here('cron.d'))).mode & 0o7777).toBe(0o755);
      expect(await readFile(here('cron.d/mine'), 'utf8')).toBe('kept');
      expect(existsSync(here('own.conf'))).toBe(false);
      const leftovers = (await readdir(join(folder, 'etc'))).filter((name) => name.startsWith('.berth'));
      expect(leftovers).toEqual([]);
      // A unit that began is not prepared again.
      await mkdir(join(folder, 'run/berth', ID, 'began'));
      expect((await prepare(partsOf(acts, found))).frame('prepare')?.exitCode).toBe(66);
    });

    it('writes content of any bytes whole, with the mode and owner that are there', async () => {
      await writeFile(here('app.conf'), 'old\n', { mode: 0o600 });
      await chown(here('app.conf'), 7, 8);
      await mkdir(shipped('new.d'), { mode: 0o711 });
      const { found } = await look('app.conf', 'new.d/it', 'link');
      const [text, other] = ['new\r\n\u0000no end', 'x'.repeat(70_000)];
      const wish = { mode: null, uid: null, gid: null };
      const acts = completeActs(
        [
          {
            act: 'write',
            path: 'app.conf',
            seen: found.find(({ path }) => path === 'app.conf')?.local ?? null,
            content: content(text),
            ...wish,
          },
          { act: 'write', path: 'new.d/it', seen: null, content: content(other), ...wish, mode: 0o4755 },
          { act: 'link', path: 'link', seen: null, target: '-to\n', uid: 3, gid: 4 },
        ],
        found,
      );
      expect((await prepare(partsOf(acts, found, [text, other]))).frame('ready')?.exitCode).toBe(0);
      expect(change().status).toBe(0);
      expect(await readFile(here('app.conf'), 'utf8')).toBe(text);
      const app = await lstat(here('app.conf'));
      expect([app.mode & 0o7777, app.uid, app.gid]).toEqual([0o600, 7, 8]);
      expect(await readFile(here('new.d/it'), 'utf8')).toBe(other);
      expect([(await lstat(here('new.d'))).mode & 0o7777, (await lstat(here('new.d/it'))).mode & 0o7777]).toEqual([
        0o711, 0o4755,
      ]);
      expect(await readlink(here('link'))).toBe('-to\n');
      expect((await lstat(here('link'))).uid).toBe(3);
    });

    it('has what is new labelled as the policy says, by a stand-in for restorecon, and says where that fails', async () => {
      await mkdir(join(folder, 'bin'));
      const standIn = '#!/bin/sh\nprintf "%s %s\\n" "$PWD" "$*" >>/run/labelled\n[ "$1" != ./odd ]\n';
      await writeFile(join(folder, 'bin/restorecon'), standIn, { mode: 0o755 });
      inside = INSIDE.replace('exec', 'PATH="$0/bin:$PATH" exec');
      await writeFile(here('kept'), 'old');
      await mkdir(shipped('sub'));
      for (const name of ['sub/file', 'odd']) await writeFile(shipped(name), 'of the image');
      const { found } = await look('kept', 'sub', 'odd');
      const wish = { mode: null, uid: null, gid: null };
      const kept = found.find(({ path }) => path === 'kept')?.local ?? null;
      const acts = completeActs(
        [
          { act: 'write', path: 'kept', seen: kept, content: content('new'), ...wish },
          act('restore', 'sub', found),
          act('restore', 'odd', found),
        ],
        found,
      );
      expect((await prepare(partsOf(acts, found, ['new']))).frame('ready')?.exitCode).toBe(0);
      const { status, stderr } = change();
      expect([status, stderr]).toEqual([0, 'berth: the label of /etc/odd could not be set\n']);
      // What was there keeps its label.
      expect(await readFile(join(folder, 'run/labelled'), 'utf8')).toBe('/etc ./sub\n/etc/sub ./file\n/etc ./odd\n');
    });

    it('does nothing at all when one thing is not as it was, before or after it was prepared', async () => {
      for (const name of ['one', 'two']) await writeFile(here(name), name);
      const { found } = await look('one', 'two');
      const acts = ['one', 'two'].map((path) => act('delete', path, found));
      await chmod(here('two'), 0o600);
      const refused = await prepare(partsOf(acts, found));
      expect([refused.frame('prepare')?.exitCode, refused.frame('ready')]).toEqual([81, undefined]);
      expect(refused.stderr).toContain('\nchanged two\n');
      await chmod(here('two'), 0o644);
      expect((await prepare(partsOf(acts, found))).frame('ready')?.exitCode).toBe(0);
      await writeFile(here('two'), 'TWO');
      const late = change();
      expect([late.status, late.stderr]).toEqual([81, 'changed two\n']);
      expect(await readFile(here('one'), 'utf8')).toBe('one');
    });

    it('is not led out of /etc by a folder that became a link, and says how far it came when it breaks', async () => {
      await mkdir(here('d'));
      await writeFile(here('a'), 'a');
      await writeFile(here('d/b'), 'b');
      const { found } = await look('a', 'd/b');
      const acts = ['a', 'd/b'].map((path) => act('delete', path, found));
      expect((await prepare(partsOf(acts, found))).frame('ready')?.exitCode).toBe(0);
      await rm(here('d'), { recursive: true });
      await mkdir(join(folder, 'outside'));
      await writeFile(join(folder, 'outside/b'), 'b');
      await symlink(join(folder, 'outside'), here('d'));
      expect(change()).toMatchObject({ status: 81, stderr: 'changed d/b\n' });
      expect(existsSync(join(folder, 'outside/b')) && existsSync(here('a'))).toBe(true);
      // A file system that takes no more in the middle of it.
      await rm(here('d'));
      await mkdir(here('d'));
      await writeFile(here('d/b'), 'b');
      spawnSync('chattr', ['+i', join(folder, 'etc/d')]);
      const broken = change();
      spawnSync('chattr', ['-i', join(folder, 'etc/d')]);
      expect([broken.status, broken.stdout]).toEqual([82, 'remove /etc/a\n']);
      expect(broken.stderr).toMatch(/\nberth: stopped at \/etc\/d\/b, 1 of 2 done\n$/);
    });

    it('finds the image’s own below the mount of /etc where there is no /usr/etc, as with composefs', async () => {
      // What is not there in an overlay is a device of number 0.
      await rm(join(folder, 'usr/etc'), { recursive: true });
      spawnSync('mknod', [join(folder, 'usr/etc'), 'c', '0', '0']);
      const shells = await readFile('/etc/shells', 'utf8');
      await writeFile(here('shells'), 'mine');
      const { found } = await look('shells');
      expect(found[0]).toMatchObject({ base: { hash: sha256(shells) }, local: { hash: sha256('mine') } });
      const acts = [act('restore', 'shells', found)];
      expect((await prepare(partsOf(acts, found))).frame('ready')?.exitCode).toBe(0);
      expect([change().status, await readFile(here('shells'), 'utf8')]).toEqual([0, shells]);
    });

    it('takes nothing of another boot, and nothing that is not whole', async () => {
      await writeFile(here('a'), 'a');
      const { found } = await look('a');
      const parts = partsOf([act('delete', 'a', found)], found);
      expect((await prepare(parts, 'another')).frame('prepare')?.exitCode).toBe(65);
      const cut = await run('actions/etc-prepare', [ID, bootId, '9999'], Buffer.from(parts.join('')));
      expect([cut.frame('prepare')?.exitCode, cut.frame('ready')]).toEqual([1, undefined]);
      expect(await readFile(here('a'), 'utf8')).toBe('a');
    });

    it('leaves a program behind that shellcheck finds nothing in', async () => {
      await writeFile(here('a'), 'a');
      const { found } = await look('a');
      await prepare(partsOf([act('delete', 'a', found)], found));
      const check = spawnSync('shellcheck', ['-s', 'sh', join(folder, 'run/berth', ID, 'etc.sh')], {
        encoding: 'utf8',
      });
      expect([check.status, check.stdout]).toEqual([0, '']);
    });
  },
);

function sha256(text: string): string {
  return createHash('sha256').update(bytesOfPath(text)).digest('hex');
}

function content(text: string) {
  return { hash: createHash('sha256').update(text).digest('hex'), size: Buffer.byteLength(text) };
}
