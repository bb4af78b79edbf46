import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createImageModeHost } from './image-mode-host.ts';
import { createScriptedHost, SHELLS, type ScriptedHost, type ShellName } from './probe.ts';
import { describeWith } from '../support/prerequisites.ts';

describeWith('dash', 'busybox', 'bash').each(Object.keys(SHELLS) as ShellName[])('probes/changes under %s', (shell) => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await createImageModeHost();
  });
  afterEach(() => host.dispose());

  const read = async () => {
    const run = await host.run(shell, 'probes/changes');
    expect(run.exitCode).toBe(0);
    expect(run.frames).toHaveLength(1);
    expect(run.frame('changes')).toMatchObject({ complete: true, exitCode: 0, stderr: '' });
    return run.frame('changes').stdout;
  };

  it('is the same while nothing changes, and is what facts has', async () => {
    const first = await read();
    expect(first).toMatch(/^boot [0-9a-f-]{36}\n/);
    expect(first).toContain('/run/ostree/staged-deployment ');
    expect(await read()).toBe(first);
    expect((await host.run(shell, 'probes/facts')).frame('changes').stdout).toBe(first);
  });

  it('differs when a deployment comes, a staged one goes, or a file is replaced within a second', async () => {
    const first = await read();
    await utimes(join(host.root, 'ostree/deploy'), 1_760_000_000.25, 1_760_000_000.25);
    const deployed = await read();
    await utimes(join(host.root, 'ostree/deploy'), 1_760_000_000.5, 1_760_000_000.5);
    const again = await read();
    await rm(join(host.root, 'run/ostree/staged-deployment'));
    expect(new Set([first, deployed, again, await read()]).size).toBe(4);
  });

  it('tells the boot id where there is nothing else, and names stat where it is missing', async () => {
    const bare = await createScriptedHost();
    try {
      expect((await bare.run(shell, 'probes/changes')).frame('changes')).toMatchObject({ exitCode: 0 });
      await bare.write('run/reboot-required', '');
      const frame = (await bare.run(shell, 'probes/changes')).frame('changes');
      expect(frame.stdout).toMatch(/^boot /);
      expect([0, 127]).toContain(frame.exitCode); // busybox may have a stat of its own
    } finally {
      await bare.dispose();
    }
  });
});
