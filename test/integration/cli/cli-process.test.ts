import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  releases,
  startScriptedHost,
  SUDO_PASSWORD,
  type ScriptedHost,
} from '../../support/scripted-host/scripted-host.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

const root = resolve(import.meta.dirname, '../../..');
const WAIT = { timeout: 30_000, interval: 20 };

let dir: string;
let host: ScriptedHost;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-cli-process-'));
  await build({
    entryPoints: { cli: join(root, 'electron/cli/main.ts'), 'demo-worker': join(root, 'electron/demo/demo-worker.ts') },
    outdir: dir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.18',
    // Optional native add-ons, which ssh2 does without.
    external: ['cpu-features', '*.node'],
  });
  await cp(join(root, 'native'), join(dir, 'native'), { recursive: true });
  host = await startScriptedHost();
  await mkdir(join(dir, 'home/.ssh'), { recursive: true });
  await cp(host.keyFile, join(dir, 'home/.ssh/id_ed25519'));
  await writeFile(join(dir, 'home/.ssh/known_hosts'), `${host.knownHostsLine}\n`);
});
afterAll(async () => {
  await host.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The command line as a process of its own, with a home of its own; `tty`: on a real pseudo-terminal, by script(1). */
function berth(words: readonly string[], { tty = false } = {}) {
  const line = [process.execPath, join(dir, 'cli.cjs'), ...words];
  const [command = '', ...args] = tty
    ? ['script', '--quiet', '--return', '--flush', '--command', line.join(' '), '/dev/null']
    : line;
  const child = spawn(command, args, {
    env: { ...process.env, HOME: join(dir, 'home'), XDG_DATA_HOME: '', SSH_AUTH_SOCK: '', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((done) => {
    child.on('close', (code) => {
      done(code);
    });
  });
  if (!tty) child.stdin.end();
  return {
    child,
    ended,
    output: () => output,
    says: (words: string) => vi.waitFor(() => expect(output).toContain(words), WAIT),
  };
}

const address = (user: string) => `${user}@127.0.0.1:${host.port}`;

describeWith(...scriptedHostNeeds, 'script')('berth as a process', () => {
  it('asks for the sudo password and for yes on a terminal, shows progress there, and never shows the password', async () => {
    await host.setScenario({ eventDelayMs: 40 });
    const run = berth(['upgrade', address('opera')], { tty: true });
    await run.says('sudo password of opera on 127.0.0.1: ');
    run.child.stdin.write(`${SUDO_PASSWORD}\n`);
    await run.says('Start it? [y/N] ');
    expect(await host.calls()).toEqual([]);
    run.child.stdin.write('y\n');
    expect(await run.ended, run.output()).toBe(0);
    expect(run.output()).toContain(`Staged ${releases.next.version}`);
    expect(run.output()).not.toContain(SUDO_PASSWORD);
    expect(run.output()).toMatch(/Pulling \d+ % {2}[\d.]+ of [\d.]+ MB/);
    // Colours are for terminals.
    expect(run.output()).toContain('\u001b[32mstdout');
    expect(await host.calls()).toHaveLength(1);
  });

  it('Ctrl-C leaves the upgrade running on the host; the same command sees its end', async () => {
    await host.setScenario({ registry: releases.later });
    await host.hold('pull');
    const calls = (await host.calls()).length;
    const left = berth(['upgrade', address('admin'), '--yes']);
    await vi.waitFor(() => expect(host.isHeld('pull'), left.output()).toBe(true), WAIT);
    left.child.kill('SIGINT');
    expect(await left.ended).toBe(4);
    expect(left.output()).toContain(`To look again: berth upgrade ${address('admin')}`);

    const again = berth(['upgrade', address('admin'), '--yes']);
    await again.says('runs already. Following it');
    await host.release('pull');
    expect(await again.ended, again.output()).toBe(0);
    expect(again.output()).toContain(`Staged ${releases.later.version}`);
    expect(await host.calls()).toHaveLength(calls + 1);
  });

  it('without a terminal nobody is asked for the sudo password: exit 1', async () => {
    const run = berth(['upgrade', address('opera'), '--yes']);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('needs the sudo password, and nobody can be asked here.');
  });

  it('the demo runs in its thread beside the bundle, and ends with the command', async () => {
    const run = berth(['status', '--json', 'web-01.ber', '--demo=30']);
    expect(await run.ended, run.output()).toBe(0);
    expect(run.output()).toContain('Demo: 30 simulated hosts.');
  });

  it('a reader that leaves early is no failure', async () => {
    const run = berth(['status', '--help']);
    run.child.stdout.destroy();
    expect(await run.ended).toBe(0);
  });
});
