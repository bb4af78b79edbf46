import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parsePreflight } from '../../shared/parse/preflight.ts';
import { describeWith } from '../support/prerequisites.ts';
import { createImageModeHost } from './image-mode-host.ts';
import { SHELLS, type ScriptedHost, type ShellName } from './probe.ts';

const READ_AT = 1_790_000_000_000;
const shells = Object.keys(SHELLS) as ShellName[];
const TOKEN = 'c2VjcmV0OnRva2Vu';

describeWith('dash', 'busybox', 'bash').each(shells)('probes/preflight under %s', (shell) => {
  let host: ScriptedHost;
  let holder: ChildProcess | null = null;
  beforeEach(async () => {
    host = await createImageModeHost();
    await host.install('date', 'head', 'tr', 'xargs');
  });
  afterEach(async () => {
    holder?.kill('SIGKILL');
    holder = null;
    await host.dispose();
  });

  /** A tool that stands in for one of the host, as a text of sh. */
  async function tool(name: string, text: string): Promise<void> {
    // What is there is a link to what all tests share.
    await rm(join(host.root, '../bin', name), { force: true });
    await chmod(await host.write(`../bin/${name}`, `#!/bin/sh\n${text}\n`), 0o755);
  }
  async function ask(verb: string, registry = '', env: Record<string, string> = {}, image = '') {
    const run = await host.run(shell, 'probes/preflight', {
      args: [verb, registry, image],
      env: { SCRIPTED_ID: '0', ...env },
    });
    expect(run.frames.filter(({ complete }) => !complete)).toEqual([]);
    return { run, probe: parsePreflight(run.frames, READ_AT), names: run.frames.map(({ name }) => name) };
  }
  const known = (value: unknown) => ({ state: 'known', value, readAt: READ_AT }) as unknown;

  it('asks what concerns the verb, and nothing else', async () => {
    const always = ['clock', 'arguments', 'user'];
    expect((await ask('pause-updates')).names).toEqual(always);
    expect((await ask('pin')).names).toEqual([...always, 'lock', 'operations']);
    expect((await ask('check')).names).toEqual([...always, 'lock', 'operations', 'policy']);
    const reboot = await ask('reboot');
    expect(reboot.names).toEqual([...always, 'lock', 'operations', 'space', 'users', 'inhibitors', 'battery']);
    expect(reboot.probe).toMatchObject({
      isRoot: known(true),
      lock: known(null),
      operations: known([]),
      registry: null,
      users: { failure: { code: 'facts.tool-missing', params: { tool: 'loginctl' } } },
      battery: known(null),
    });
    const { hostTime } = reboot.probe;
    expect(hostTime.state === 'known' && Math.abs(hostTime.value - Date.now())).toBeLessThan(5000);
  });

  it.each([
    ['a verb', 'upgrade; reboot', 'quay.io'],
    ['an option', 'upgrade', '-oProxyCommand=x'],
    ['a registry', 'upgrade', 'quay.io/$(id)'],
    ['a port', 'upgrade', 'quay.io:44x'],
    ['two ports', 'upgrade', 'quay.io:1:2'],
    ['only a port', 'upgrade', ':443'],
  ])('refuses what is not %s, and then asks nothing', async (_, verb, registry) => {
    const { run, names } = await ask(verb, registry);
    expect(names).toEqual(['clock', 'arguments']);
    expect(run.frame('arguments').exitCode).toBe(64);
  });

  it('tells the space, and what ostree keeps free', async () => {
    await host.write('ostree/repo/config', '[core]\nmode=bare\nmin-free-space-size=500MB\n');
    expect((await ask('upgrade')).probe.space).toMatchObject({
      value: { disks: [{ mount: '/sysroot' }, { mount: '/boot' }], reserve: { kind: 'bytes', bytes: 500e6 } },
    });
    await host.write('ostree/repo/config', '[core]\nmin-free-space-percent=7\n');
    expect((await ask('upgrade')).probe.space).toMatchObject({ value: { reserve: { kind: 'percent', percent: 7 } } });
  });

  it('names who holds the lock of the sysroot', async () => {
    const lock = await host.write('ostree/lock', '');
    holder = spawn('flock', [lock, 'sh', '-c', 'echo held; sleep 30 # the holder'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => holder!.stdout!.once('data', resolve));
    const { lock: found } = (await ask('upgrade')).probe;
    expect(found).toMatchObject({ state: 'known' });
    const holders = found?.state === 'known' ? (found.value ?? []) : [];
    expect(holders.some(({ command }) => command.includes('# the holder'))).toBe(true);
  });

  it('waits a moment for whoever only looked', async () => {
    const lock = await host.write('ostree/lock', '');
    holder = spawn('flock', [lock, 'sh', '-c', 'echo held; sleep 1'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => holder!.stdout!.once('data', resolve));
    expect((await ask('pin')).probe.lock).toEqual(known(null));
  });

  it('tells the operations of other workstations', async () => {
    const folder = 'run/berth/0123456789ab';
    await host.write(`${folder}/began/.keep`, '');
    await host.write(`${folder}/unit`, 'berth-upgrade-0123456789ab\n');
    await host.write(`${folder}/meta`, 'unit=berth-upgrade-0123456789ab\nverb=upgrade\nstarted-by=anna@desk\n');
    await host.write('run/berth/ba9876543210/began/.keep', '');
    await host.write('run/berth/ba9876543210/exit-code', '0\n');
    await tool('systemctl', 'case $* in *berth-upgrade-0123456789ab*) echo active ;; *) echo inactive ;; esac');
    expect((await ask('pin')).probe.operations).toEqual(
      known([{ id: '0123456789ab', verb: 'upgrade', startedBy: 'anna@desk' }]),
    );
    await tool('systemctl', 'echo inactive; exit 3');
    expect((await ask('pin')).probe.operations).toEqual(known([]));
  });

  it('asks the registry with curl, through the proxy of services and no other', async () => {
    await tool('systemctl', 'printf "PATH=/usr/bin\\nHTTPS_PROXY=http://user:hush@proxy:3128\\n"');
    await tool('curl', 'printf "%s %s" "$https_proxy" "$*" >"$SCRIPTED_SAID"; printf 401');
    const said = join(host.root, 'said');
    const env = { SCRIPTED_SAID: said, https_proxy: 'http://elsewhere:1' };
    const { probe, run } = await ask('upgrade', 'registry.acme.example:5000', env);
    expect(probe.registry).toMatchObject(
      known({ tool: 'curl', exitCode: 0, status: 401, hasProxy: true, isConfigured: false }) as object,
    );
    const call = await readFile(said, 'utf8');
    expect(call).toMatch(/^http:\/\/user:hush@proxy:3128 .* https:\/\/registry\.acme\.example:5000\/v2\/$/);
    expect(JSON.stringify(run.frames)).not.toContain('hush');
  });

  it('tells how curl failed, and whether http alone answers', async () => {
    await tool('curl', 'printf 000; exit 6');
    expect((await ask('check', 'quay.io')).probe.registry).toMatchObject({ value: { exitCode: 6, status: null } });
    await tool('curl', 'case $* in *http://*) printf 200 ;; *) printf 000; exit 35 ;; esac');
    await host.write('etc/containers/registries.conf', '[[registry]]\ninsecure = true\n');
    expect((await ask('check', 'quay.io')).probe.registry).toMatchObject({
      value: { exitCode: 35, status: null, plainStatus: 200, isConfigured: true },
    });
  });

  it('knocks with bash, with python3, or not at all where curl is missing', async () => {
    expect((await ask('check', 'quay.io')).probe.registry).toMatchObject({
      failure: { code: 'facts.tool-missing', params: { tool: 'curl' } },
    });
    await tool('python3', '[ "$#" -eq 4 ] && [ "$3 $4" = "quay.io 443" ]');
    expect((await ask('check', 'quay.io')).probe.registry).toMatchObject({ value: { tool: 'python3', isOpen: true } });
    await tool('bash', 'exit 1');
    expect((await ask('check', 'quay.io:8443')).probe.registry).toMatchObject({
      value: { tool: 'bash', isOpen: false },
    });
  });

  it('names the registries of the login file that bootc reads, and never what stands in it', async () => {
    const auths = { 'quay.io': { auth: TOKEN }, 'ghcr.io/acme': { auth: TOKEN, identitytoken: TOKEN } };
    const content = { auths, credHelpers: { 'gcr.io': TOKEN }, HttpHeaders: { x: TOKEN } };
    await host.write('usr/lib/ostree/auth.json', '{}');
    await host.write('etc/ostree/auth.json', JSON.stringify(content, null, 2));
    await tool('curl', 'printf 200');
    const { run, probe } = await ask('upgrade', 'quay.io');
    expect(probe.auth).toEqual(
      known({ file: '/etc/ostree/auth.json', isReadable: true, entries: ['quay.io', 'ghcr.io/acme'], podman: [] }),
    );
    expect(JSON.stringify(run.frames)).not.toContain(TOKEN);
  });

  it("names podman's logins where bootc has none", async () => {
    await host.write('run/containers/0/auth.json', JSON.stringify({ auths: { 'quay.io': { auth: TOKEN } } }));
    await tool('curl', 'printf 200');
    const { run, probe } = await ask('upgrade', 'quay.io');
    expect(probe.auth).toEqual(
      known({ file: null, isReadable: true, entries: [], podman: ['/run/containers/0/auth.json'] }),
    );
    expect(JSON.stringify(run.frames)).not.toContain(TOKEN);
  });

  it('reads the signature policy that applies', async () => {
    const scopes = { 'quay.io/acme': [{ type: 'sigstoreSigned', keyPath: '/k' }] };
    const policy = { default: [{ type: 'reject' }], transports: { docker: scopes, dir: 'nonsense' } };
    await host.write('etc/containers/policy.json', JSON.stringify(policy));
    expect((await ask('check')).probe.policy).toEqual(
      known({ file: '/etc/containers/policy.json', byDefault: 'reject', byName: { 'quay.io/acme': 'sigstoreSigned' } }),
    );
    await host.write('etc/containers/policy.json', 'no JSON');
    expect((await ask('check')).probe.policy).toMatchObject({ failure: { code: 'facts.unreadable' } });
  });

  it('looks at the image with skopeo, with the login that bootc uses and no other, and at the layers that are here', async () => {
    const [here, missing] = ['a'.repeat(64), 'b'.repeat(64)];
    const inspected = {
      ...{ Name: 'quay.io/acme/web', Digest: `sha256:${'c'.repeat(64)}`, Architecture: 'amd64' },
      Labels: { 'redhat.id': 'fedora', 'a.token': TOKEN },
      LayersData: [here, missing].map((hex, index) => ({ Digest: `sha256:${hex}`, Size: 10 + index })),
    };
    const said = join(host.root, 'said');
    const web = 'quay.io/acme/web:stable';
    await tool('skopeo', `echo "$*" >>"$SCRIPTED_SAID"; printf '%s' '${JSON.stringify(inspected)}'`);
    await tool(
      'ostree',
      `[ "$1 $3 $4" = 'refs --list ostree/container/blob' ] && echo 'ostree/container/blob/sha256_3A_${here}'`,
    );
    await host.write('ostree/repo/config', '');
    const env = { SCRIPTED_SAID: said };
    const { probe } = await ask('switch', 'quay.io', env, web);
    expect(probe.image).toEqual(
      known({
        ...{ architectures: ['amd64'], osId: 'fedora', digest: inspected.Digest },
        layers: [
          { digest: `sha256:${here}`, size: 10 },
          { digest: `sha256:${missing}`, size: 11 },
        ],
      }),
    );
    expect(probe.layers).toEqual(known(new Set([`sha256:${here}`])));
    await host.write('etc/ostree/auth.json', '{}');
    await ask('upgrade', 'quay.io', env, web);
    expect((await readFile(said, 'utf8')).split('\n')).toEqual([
      `inspect --no-tags --no-creds docker://${web}`,
      `inspect --no-tags --authfile ${host.root}/etc/ostree/auth.json docker://${web}`,
      '',
    ]);
    expect((await ask('check', 'quay.io', env, web)).names).not.toContain('image');
  });

  it('tells for which machines an image is that is not for this one, and why nothing is known of it', async () => {
    const index = {
      manifests: ['arm64', 's390x'].map((architecture) => ({ platform: { architecture, os: 'linux' } })),
    };
    await tool(
      'skopeo',
      `case $* in *--raw*) printf '%s' '${JSON.stringify(index)}' ;; *) echo 'no image found' >&2; exit 1 ;; esac`,
    );
    expect((await ask('switch', 'quay.io', {}, 'quay.io/a/b:1')).probe.image).toMatchObject({
      value: { architectures: ['arm64', 's390x'], layers: [] },
    });
    await tool('skopeo', 'echo "unauthorized: access denied" >&2; exit 1');
    expect((await ask('switch', 'quay.io', {}, 'quay.io/a/b:1')).probe.image).toMatchObject({
      failure: { code: 'facts.command-failed', params: { detail: 'unauthorized: access denied' } },
    });
    const { names, run } = await ask('switch', 'quay.io', {}, '--authfile=/etc/shadow');
    expect(names).toEqual(['clock', 'arguments']);
    expect(run.frame('arguments').exitCode).toBe(64);
  });

  it('tells who is logged in besides us, and what holds up a shutdown', async () => {
    const session = (id: string, name: string, kind: string) =>
      `Id=${id}\\nName=${name}\\nTTY=pts/1\\nRemoteHost=10.0.0.9\\nClass=${kind}\\nState=active\\n\\n`;
    await tool(
      'loginctl',
      `case $1 in list-sessions) printf '  7 1000 anna\\nc1 0 root\\n9 1000 anna\\n-x\\n' ;; *) [ "$*" = "show-session --no-pager -p Id -p Name -p Class -p TTY -p RemoteHost -p State 7 c1 9" ] && printf '${session('7', 'anna', 'user')}${session('c1', 'root', 'user')}${session('9', 'anna', 'manager')}' ;; esac`,
    );
    const rows = [
      ['shutdown:sleep', 'backup', 'it runs', 'block', 0, 1],
      ['shutdown', 'NetworkManager', 'needs a moment', 'delay', 0, 2],
      ['sleep', 'desktop', 'a film', 'block', 0, 3],
    ];
    await tool('busctl', `printf '%s' '${JSON.stringify({ type: 'a(ssssuu)', data: [rows] })}'`);
    const { probe } = await ask('reboot');
    expect(probe.users).toEqual(
      known([
        { name: 'anna', from: '10.0.0.9' },
        { name: 'root', from: '10.0.0.9' },
      ]),
    );
    expect(probe.inhibitors).toEqual(known([{ who: 'backup', why: 'it runs' }]));
  });

  it('tells from which battery it runs, and that of no mouse', async () => {
    const supply = async (name: string, values: Readonly<Record<string, string>>) => {
      for (const [key, value] of Object.entries(values))
        await host.write(`sys/class/power_supply/${name}/${key}`, `${value}\n`);
    };
    await supply('hidpp_0', { type: 'Battery', scope: 'Device', capacity: '100', status: 'Discharging' });
    expect((await ask('reboot')).probe.battery).toEqual(known(null));
    await supply('BAT0', { type: 'Battery', capacity: '41', status: 'Discharging' });
    await supply('AC', { type: 'Mains', online: '0' });
    expect((await ask('reboot')).probe.battery).toEqual(known({ percent: 41, isDischarging: true }));
    await supply('AC', { online: '1' });
    expect((await ask('reboot')).probe.battery).toEqual(known({ percent: 41, isDischarging: false }));
  });

  it('writes nothing', async () => {
    const before = (await readdir(host.root, { recursive: true })).sort();
    await ask('upgrade', 'quay.io');
    await ask('reboot');
    expect((await readdir(host.root, { recursive: true })).sort()).toEqual(before);
  });
});
