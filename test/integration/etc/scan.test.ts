import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toComparison } from '../../../electron/core/etc/comparison.ts';
import { readPiece } from '../../../electron/core/etc/content.ts';
import { scanEtc, type ScanAccess } from '../../../electron/core/etc/scan.ts';
import type { TreeFolders } from '../../../electron/core/etc/tree-folders.ts';
import { loadNativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import { defaultEtcRules } from '../../../shared/logic/etc-noise.ts';
import { pathFromBytes } from '../../../shared/logic/etc-path.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, targetOf, type SshClient } from '../ssh/harness.ts';

const VERSION = { deployment: 'x', version: null, digest: null };
const ODD = Buffer.concat([Buffer.from('odd \n'), Buffer.of(0xff), Buffer.from('.conf')]);

let folder: string;
let sshd: TestSshd;
let client: SshClient;
let access: ScanAccess;
let folders: TreeFolders;

/** Where the trees lie: base and target share the files that they have in common, as checkouts of one repository do. */
const etcOf = (side: EtcSide) => join(folder, { base: 'booted/usr/etc', local: 'etc', target: 'staged/usr/etc' }[side]);

describeWith(...sshdNeeds, 'root')('/etc three ways over a real sshd', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-etc-scan-'));
    for (const place of ['booted/usr', 'staged/usr', 'proc/self']) mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, 'proc/self/mountinfo'), '');
    // The /etc of this machine, as an image would have shipped it, as it is here, and as a new image has it.
    execFileSync('cp', ['-a', '/etc', etcOf('base')]);
    execFileSync('cp', ['-a', '/etc', etcOf('local')]);
    execFileSync('cp', ['-al', etcOf('base'), etcOf('target')]);
    const at = (side: EtcSide, name: string) => join(etcOf(side), name);
    const replace = (side: EtcSide, name: string, text: string) => {
      rmSync(at(side, name), { force: true });
      writeFileSync(at(side, name), text);
    };
    for (const side of ['base', 'local', 'target'] as const) replace(side, 'both.conf', 'shipped\n');
    replace('local', 'both.conf', 'here!!!\n');
    replace('target', 'both.conf', 'there!!\n');
    for (const side of ['base', 'local', 'target'] as const) replace(side, 'mine.conf', 'shipped\n');
    replace('local', 'mine.conf', 'changed\n');
    for (const side of ['base', 'local'] as const) replace(side, 'theirs.conf', 'shipped\n');
    replace('target', 'theirs.conf', 'changed\n');
    rmSync(at('local', 'shells'));
    writeFileSync(at('local', 'stands'), 'a file');
    mkdirSync(at('target', 'stands'));
    writeFileSync(Buffer.concat([Buffer.from(`${etcOf('local')}/`), ODD]), 'odd');
    chmodSync(at('local', 'cron.d'), 0o700);
    writeFileSync(at('local', 'server.key'), '-----BEGIN PRIVATE KEY-----\n');
    writeFileSync(at('local', 'large'), Buffer.alloc(5_000_000, '0123456789'));
    linkSync(at('local', 'mine.conf'), at('local', 'mine-too.conf'));

    sshd = await startSshd();
    client = await createSshClient();
    const connection = await client.transport.connect(targetOf(sshd), never);
    const scripts = await loadNativeScripts(join(import.meta.dirname, '../../../native'));
    access = { connection, scripts, root: { kind: 'root' } };
    const versions = { booted: VERSION, target: VERSION };
    folders = { root: folder, backend: 'ostree', booted: '/booted', target: '/staged/usr/etc', versions };
  });
  afterAll(async () => {
    access.connection.close();
    await client.dispose();
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds what differs and nothing else, whatever it is called, and says what will come of it', async () => {
    const scan = await scanEtc(access, folders);
    const given = { hostId: 'h', view: 'staged' as const, folders, scan, rules: defaultEtcRules };
    const found = toComparison({ ...given, ostreeVersion: null, startedAt: 0, readAt: 1 });
    expect(found.failures).toEqual([]);
    expect(found.entries.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['both.conf', 'masked'],
      ['cron.d', 'lost'],
      ['large', 'kept'],
      ['mine-too.conf', 'kept'],
      ['mine.conf', 'kept'],
      [pathFromBytes(ODD), 'kept'],
      ['server.key', 'kept'],
      ['shells', 'kept-deleted'],
      ['stands', 'blocker'],
      ['theirs.conf', 'arrives'],
    ]);
    expect(found.entries.find(({ path }) => path === 'server.key')?.isSecret).toBe(true);
    expect(found).toMatchObject({
      isRoot: true,
      isTransient: false,
      unreadable: { count: 0 },
      changedMeanwhile: [],
      mounts: [],
    });
    expect(found.counts).toMatchObject({ blocker: 1, masked: 1, lost: 1, arrives: 1 });
    // Nothing of it was left behind on the host.
    expect(
      execFileSync('find', [folder, '-newer', join(etcOf('local'), 'large'), '-type', 'f'], { encoding: 'utf8' }),
    ).toBe('');
  });

  it('reads pieces of a version, and no more than was asked for', async () => {
    const read = (side: EtcSide, path: string, offset = 0, length = 100) =>
      readPiece(access, folders, { side, path, offset, length });
    const text = async (...args: Parameters<typeof read>) => Buffer.from((await read(...args)).bytes).toString();
    expect(await text('base', 'both.conf')).toBe('shipped\n');
    expect(await text('local', 'both.conf')).toBe('here!!!\n');
    expect(await text('target', 'both.conf')).toBe('there!!\n');
    expect(await text('local', pathFromBytes(ODD))).toBe('odd');
    const window = await read('local', 'large', 4_000_003, 1_000_000);
    expect(window.bytes).toHaveLength(999_997);
    expect(Buffer.from(window.bytes.subarray(0, 10)).toString()).toBe('3456789012');
    expect(window.node).toMatchObject({
      type: 'file',
      size: 5_000_000,
      mode: statSync(join(etcOf('local'), 'large')).mode & 0o7777,
    });
    expect(await read('local', 'nowhere')).toMatchObject({ node: null });
    expect(await read('local', 'localtime')).toMatchObject({ node: { type: 'symlink' } });
    expect(await failureOf(read('local', '../etc/passwd'))).toMatchObject({ code: 'etc.path-refused' });
    expect(await failureOf(read('local', 'a//b'))).toMatchObject({ code: 'etc.path-refused' });
  });

  it('says that there is nothing to compare with, and why', async () => {
    const scan = await scanEtc(access, { ...folders, target: '/nowhere' });
    expect(scan.trees).toEqual({ base: null, local: null, target: null });
    expect(scan.failures[0]).toMatchObject({ code: 'etc.tree-unreadable' });
  });
});
