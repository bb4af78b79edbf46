import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shellQuote } from '../../../electron/core/ssh/shell-quote.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { startScriptedHost, SUDO_PASSWORD, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { addHost, makeWorkspace, type Workspace } from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

// The stand-in must behave as what it stands in for: formats, exit codes, the pipe, the lock.
describeWith(...scriptedHostNeeds)('the scripted host', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let asRoot: SshConnection;
  let asOpera: SshConnection;

  beforeAll(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
    const core = await workspace.openCore();
    asRoot = await core.hosts.connect(await addHost(core, host), 'user');
    asOpera = await core.hosts.connect(await addHost(core, host, 'opera'), 'user');
  });
  afterAll(async () => {
    await workspace.remove();
    await host.stop();
  });

  async function run(
    command: string,
    connection = asRoot,
    input = '',
  ): Promise<{ code: number | null; out: string; err: string }> {
    const channel = await connection.exec(`sh -c ${shellQuote(command)}`);
    let [out, err] = ['', ''];
    channel.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    channel.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    channel.stdin.end(input);
    const { code } = await channel.exit;
    return { code, out, err };
  }
  const validator = async (name: string) =>
    new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(await readFile(join(import.meta.dirname, '../../data/bootc', name), 'utf8')) as object,
    );

  it('prints a status that fits the schema of bootc, on one line, before and after staging', async () => {
    const validate = await validator('host-v1.schema.json');
    for (const command of ['true', 'bootc upgrade >/dev/null 2>&1']) {
      const { code, out } = await run(`${command}; bootc status --format=json --format-version=1`);
      expect(code).toBe(0);
      expect(out).not.toContain('\n');
      expect(validate(JSON.parse(out)), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('writes progress that fits its schema, to a pipe and to nothing else', async () => {
    await host.setScenario({
      registry: {
        version: '42.9',
        digest: `sha256:${'9'.repeat(64)}`,
        timestamp: '2026-08-09T04:11:58Z',
        kernel: '6.12.9',
      },
    });
    for (const target of ['/dev/null', '/run/a-file']) {
      expect(await run(`bootc upgrade --progress-fd 3 3>${target}`)).toMatchObject({
        code: 1,
        err: 'error: Upgrading: not a pipe\n',
      });
    }
    expect(await run('bootc upgrade --progress-fd 3 3>&1 1>/dev/null 2>&1 | cat')).toMatchObject({ code: 0 });
    const { out } = await run('bootc upgrade --progress-fd 3 3>&1 1>/dev/null 2>&1 | cat');
    expect(out).toBe('');
    const validate = await validator('progress-v0.schema.json');
    await host.setScenario({
      registry: {
        version: '42.8',
        digest: `sha256:${'8'.repeat(64)}`,
        timestamp: '2026-08-08T04:11:58Z',
        kernel: '6.12.8',
      },
    });
    const lines = (await run('bootc upgrade --progress-fd 3 3>&1 1>/dev/null 2>&1 | cat')).out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('refuses as bootc does', async () => {
    expect(await run('bootc upgrade --unheard-of')).toMatchObject({ code: 2 });
    expect(await run('bootc upgrade', asOpera)).toMatchObject({ code: 1, out: '' });
    await host.setScenario({ progress: false });
    expect(await run('bootc upgrade --progress-fd 3 --help')).toMatchObject({ code: 2 });
  });

  it('has a real sudo, which wants the right password', async () => {
    expect(await run('sudo -n true', asOpera)).toMatchObject({ code: 1 });
    expect(await run('sudo -S -p "" id -u', asOpera, `${SUDO_PASSWORD}\n`)).toMatchObject({ code: 0, out: '0\n' });
    expect((await run('sudo -k; sudo -S -p "" id -u', asOpera, 'wrong\n')).code).toBe(1);
  });
});
