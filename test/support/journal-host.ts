import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore, type Core } from '../../electron/core/create-core.ts';
import { nativeDir } from './demo-fleet.ts';
import { startSshd, type TestSshd } from './sshd.ts';

/**
 * Hosts whose journalctl is the real one, on journals made for a test: each a real sshd, on whose PATH a script named `journalctl` stands before the real one and
 * adds `--directory`. Facts and everything else are those of this machine.
 */
export interface JournalHosts {
  readonly core: Core;
  /** In the order of the folders. */
  readonly hosts: readonly JournalHost[];
  dispose(): Promise<void>;
}

export interface JournalHost {
  readonly id: string;
  readonly sshd: TestSshd;
  /** What the real journalctl prints of the host's journal. */
  journalctl(...words: readonly string[]): string;
  /** Puts another script in the place of journalctl; null: the usual one. */
  replaceJournalctl(script: string | null): Promise<void>;
}

export async function startJournalHosts(folders: readonly string[]): Promise<JournalHosts> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-journal-'));
  await chmod(dir, 0o755);
  const sshds = await Promise.all(
    folders.map(async (folder, index) => {
      const bin = join(dir, `bin-${String(index)}`);
      await mkdir(bin);
      const write = async (script: string | null) => {
        const usual = `#!/bin/sh\nexec /usr/bin/journalctl --directory '${folder}' "$@"\n`;
        await writeFile(join(bin, 'journalctl'), script ?? usual, { mode: 0o755 });
      };
      await write(null);
      const path = `SetEnv PATH=${bin}:/usr/bin:/bin HOME=${dir}`;
      return { sshd: await startSshd({ config: [path] }), folder, write };
    }),
  );
  const knownHosts = join(dir, 'known_hosts');
  const lines = await Promise.all(
    sshds.map(async ({ sshd }) => `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`),
  );
  await writeFile(knownHosts, lines.join(''));
  const core = await createCore({
    dataDir: join(dir, 'data'),
    nativeDir,
    ssh: { userKnownHosts: knownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    user: 'tester',
    workstation: 'here',
  });
  const hosts = await Promise.all(
    sshds.map(async ({ sshd, folder, write }, index) => {
      const { id } = await core.inventory.add({
        ...{ name: `box-${String(index + 1)}`, address: '127.0.0.1', port: sshd.port, user: sshd.user },
        ...{ keyFile: sshd.keyFile, group: null, tags: [], note: '', transport: 'built-in', source: null },
      });
      return {
        id,
        sshd,
        journalctl: (...words: readonly string[]) =>
          spawnSync('journalctl', ['--directory', folder, '--no-pager', '-q', ...words], {
            encoding: 'utf8',
            env: { ...process.env, TZ: 'UTC' },
            maxBuffer: 1 << 30,
          }).stdout,
        replaceJournalctl: write,
      };
    }),
  );
  return {
    core,
    hosts,
    async dispose() {
      await core.dispose();
      await Promise.all(sshds.map(({ sshd }) => sshd.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
