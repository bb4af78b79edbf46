import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseForensics } from '../../shared/parse/forensics.ts';
import { describeWith } from '../support/prerequisites.ts';
import { BASE_TOOLS, createScriptedHost, SHELLS, type ProbeRun, type ScriptedHost, type ShellName } from './probe.ts';

const [OLD, NEW] = ['1', '2'].map((digit) => digit.repeat(32)) as [string, string];
const HOST_TOOLS = [
  'bootc',
  'date',
  'df',
  'head',
  'id',
  'ostree',
  'readlink',
  'sed',
  'sleep',
  'systemctl',
  'tail',
  'timeout',
  'tr',
];
const shells = Object.keys(SHELLS) as ShellName[];

describeWith('dash', 'busybox', 'bash').each(shells)('probes/forensics under %s', (shell) => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await createScriptedHost();
    await host.install(...new Set([...BASE_TOOLS, ...HOST_TOOLS, 'journalctl']));
    await host.write('etc/os-release', 'ID=acme\n');
    await host.write('run/motd.d/boot-status', 'FALLBACK BOOT DETECTED! x\n');
    await host.write('var/log/journal/abc/system.journal', '');
  });
  afterEach(() => host.dispose());

  const probe = (env: Record<string, string> = {}, args: readonly string[] = []) =>
    host.run(shell, 'probes/forensics', { env: { SCRIPTED_ID: '0', ...env }, args });
  const failed = (run: ProbeRun) => run.frames.filter(({ complete, exitCode }) => !complete || exitCode !== 0);

  it('reads everything, and nothing fails', async () => {
    await host.write('boot/ostree/finalize-failure.stamp', 'Finalizing deployment: no\n');
    await host.write('etc/greenboot/greenboot.conf', 'GREENBOOT_MAX_BOOT_ATTEMPTS=2\n');
    await host.write('var/lib/systemd/pstore/dmesg', '');
    await host.write('ostree/boot.1/default/x/y', '');
    await symlink('../../../deploy/default/deploy/abc.0', join(host.root, 'ostree/boot.1/default/x/0'));
    const run = await probe();
    expect(run.exitCode).toBe(0);
    expect(failed(run)).toEqual([]);
    expect(run.frame('boot-links').stdout).toBe('boot.1/default/x/0 abc.0\n');
    const read = parseForensics(run.frames);
    expect(read).toMatchObject({
      ...{ isRoot: true, user: 'admin', journal: 'readable', persistent: true, maxAttempts: 2 },
      ...{ stamp: 'Finalizing deployment: no', crashes: ['/var/lib/systemd/pstore/dmesg'], failures: [] },
      boots: [{ id: OLD }, { id: NEW }],
      fallbackTold: true,
    });
    expect(read.bootId).toMatch(/^[0-9a-f]{32}$/);
    expect(read.deployments.get(NEW)).toBe('7'.padStart(64, '0'));
    expect(read.events.map((entry) => entry.field('MESSAGE'))).toEqual(['finalize']);
    expect(read.autoUpdates.map((entry) => entry.field('MESSAGE'))).toEqual(['timer']);
    expect([...read.errors.keys()]).toEqual([NEW, OLD]);
    expect(read.errors.get(NEW)?.map(({ text }) => text)).toEqual(['broken']);
  });

  it('reads the table of an older journalctl', async () => {
    const read = parseForensics((await probe({ SCRIPTED_JOURNAL: 'old' })).frames);
    expect(read.boots.map(({ id }) => id)).toEqual([OLD, NEW]);
    expect([...read.errors.keys()]).toEqual([NEW, OLD]);
  });

  it('cuts what has no end', async () => {
    const run = await probe({ SCRIPTED_JOURNAL: 'huge' });
    expect(failed(run)).toEqual([]);
    expect(run.frame('deployments').stdout).toHaveLength(600_000);
    expect(run.frames.at(-1)?.name).toBe('crashes');
  });

  it('says what is missing, and goes on', async () => {
    const bare = await createScriptedHost();
    try {
      await bare.install(...new Set([...BASE_TOOLS, ...HOST_TOOLS]));
      const run = await bare.run(shell, 'probes/forensics', { env: { SCRIPTED_ID: '0' } });
      expect(run.exitCode).toBe(0);
      expect(run.frames.at(-1)).toMatchObject({ name: 'crashes', complete: true });
      const read = parseForensics(run.frames);
      expect(read).toMatchObject({ journal: 'none', persistent: false, boots: [] });
      expect(read.failures).toEqual([{ code: 'facts.tool-missing', params: { tool: 'journalctl' } }]);
    } finally {
      await bare.dispose();
    }
  });

  it('reads more for a bundle', async () => {
    const run = await probe({}, ['bundle']);
    expect(run.frame('text-journal-previous-boot').stdout).toContain('-b -1 -o short-iso -n 4000');
    expect(run.frame('text-system').stdout).toMatch(/^== \/etc\/os-release\n/);
    expect(run.frame('text-rpm-ostree-status')).toMatchObject({ exitCode: 127 });
  });
});
