import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readChanges, readFacts } from '../../../electron/core/hosts/facts-reader.ts';
import { runScript } from '../../../electron/core/ssh/run-script.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';
import { story } from '../../../electron/demo/story.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { openDemoFleet } from '../../support/demo-fleet.ts';

let demo: Awaited<ReturnType<typeof openDemoFleet>>;
beforeAll(async () => {
  demo = await openDemoFleet(startDemoFleet, { hosts: 24, pace: 0.1 });
});
afterAll(() => demo.dispose());

const factsOf = async (connection: SshConnection) => readFacts(connection, demo.scripts, { kind: 'none' }, Date.now);
const factsOfHost = async (name: string) => factsOf(await demo.connect(name));
const codeOf = (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error));

describe('facts of the simulated hosts', () => {
  const reachable = story.filter(({ link, hostKey }) => link === 'fast' && hostKey === 'known');

  it.each(reachable.map((spec) => [spec.name, spec] as const))('%s', async (name, spec) => {
    const facts = await factsOfHost(name);
    expect(valueOf(facts.identity)).toMatchObject({ hostname: `${name}.acme.example`, architecture: 'x86_64' });
    expect(facts.privilege.kind).toBe(spec.sudo === 'free' ? 'sudo' : 'none');
    expect(valueOf(facts.failedUnits)).toEqual([...spec.failedUnits]);
    expect(facts.disks.state).toBe('known');
    if (spec.kind === 'packages') {
      expect(facts.deployments).toMatchObject({ state: 'unknown', failure: { code: 'facts.not-image-mode' } });
      return;
    }
    expect(facts.stamps).not.toBe('');
    const set = valueOf(facts.deployments);
    expect(set?.booted?.checksum ?? set?.booted?.id).toBeTruthy();
    expect(set?.booted?.version).toBe(spec.booted);
    expect(set?.staged !== null).toBe(spec.staged !== null);
    expect(set?.rollbackQueued).toBe(spec.rollbackQueued);
    expect(valueOf(facts.kernels)?.[set?.booted?.id ?? '']).toBe(valueOf(facts.identity)?.kernel);
    expect(valueOf(facts.greenboot)?.fallback).toBe(spec.greenboot === 'fallback');
  });

  const told: Record<string, (facts: HostFacts) => void> = {
    'web-03.ber': (facts) => {
      const set = valueOf(facts.deployments);
      expect(set).toMatchObject({ source: 'bootc', managedByBootc: true, staged: { version: '2.15.0' } });
      expect(set?.others).toMatchObject([{ version: '2.11.4', pinned: true }]);
      expect(facts.stagedAt).toBeLessThan(Date.now());
      expect(valueOf(facts.rebootRequired)).toContain('Reboot required');
    },
    'web-05.fra': (facts) => {
      expect(valueOf(facts.deployments)?.booted?.cachedUpdate).toMatchObject({ version: '2.15.0' });
    },
    'mon-01.ber': (facts) => {
      expect(valueOf(facts.deployments)?.booted).toMatchObject({ incompatible: true, layers: ['htop', 'tcpdump'] });
    },
    'proxy-01.fra': (facts) => {
      expect(facts.privilege).toMatchObject({ kind: 'none', failure: { code: 'privilege.not-allowed' } });
      expect(facts.bootcFailure).toMatchObject({ code: 'facts.needs-root' });
    },
    'rhel-lab-01': (facts) => {
      expect(facts.bootcFailure).toMatchObject({ code: 'facts.status-blocked' });
    },
    'fcos-build-01': (facts) => {
      expect(valueOf(facts.deployments)?.source).toBe('rpm-ostree');
      expect(valueOf(facts.autoUpdate)).toMatchObject({ unit: 'zincati.service', active: true });
    },
    'edge-berlin-01': (facts) => {
      expect(valueOf(facts.deployments)).toMatchObject({ backend: 'composefs', managedByBootc: true });
    },
    'web-lab-01': (facts) => {
      const set = valueOf(facts.deployments);
      expect(set?.tracked?.signature).toBe('containerPolicy');
      expect(set?.usrOverlay).toEqual({ access: 'read-write', persistence: 'transient' });
    },
    'web-lab-02': (facts) => {
      const timer = valueOf(facts.autoUpdate);
      expect(timer).toMatchObject({ unit: 'bootc-fetch-apply-updates.timer', active: true, reboots: true });
      expect(timer?.nextAt).toBeGreaterThan(Date.now());
    },
    'web-02.ber': (facts) => {
      expect(valueOf(facts.autoUpdate)).toMatchObject({ masked: true, active: false });
    },
  };
  it.each(Object.entries(told))('%s tells its story', async (name, check) => {
    check(await factsOfHost(name));
  });
});

describe('hosts that do not let Berth in', () => {
  it('nothing listens', async () => {
    await expect(demo.connect('edge-kiel-01').catch(codeOf)).resolves.toBe('ssh.refused');
  });
  it('another host key than the known one', async () => {
    await expect(demo.connect('vm-lab-07').catch(codeOf)).resolves.toBe('ssh.host-key-changed');
  });
  it('an unknown host key is asked for; accepted, the facts of a plain ostree host follow', async () => {
    const facts = factsOfHost('vm-lab-08');
    await vi.waitFor(() => expect(demo.prompts.list()).toHaveLength(1));
    const [question] = demo.prompts.list();
    expect(question).toMatchObject({ kind: 'host-key', hostName: 'vm-lab-08', keyType: 'ssh-ed25519' });
    demo.prompts.answer(question?.id ?? '', { kind: 'accept-host-key', saveTo: 'berth' });
    expect(valueOf((await facts).deployments)).toMatchObject({
      source: 'ostree',
      booted: { version: '42.20260810.0' },
    });
  });
  it('a slow link takes its time once it is logged in', async () => {
    const connection = await demo.connect('edge-kiel-02');
    const facts = await factsOf(connection);
    expect(facts.durationMs).toBeGreaterThan(1_800);
    expect(valueOf(facts.deployments)?.booted?.version).toBe('42.20260815.0');
  });
  it('only the key of this demo, only this account, only scripts', async () => {
    const connection = await demo.connect('web-01.ber');
    const channel = await connection.exec('uname -a');
    const said: string[] = [];
    channel.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()));
    channel.stdout.resume();
    expect(await channel.exit).toMatchObject({ code: 127 });
    expect(said.join('')).toBe('demo: this is a simulated host\n');

    const other = await openDemoFleet(startDemoFleet, { hosts: 1 });
    try {
      const [host] = demo.fleet.hosts;
      Object.assign(other.fleet.hosts[0] ?? {}, { port: host?.port });
      const attempt = other.connect('web-01.ber').catch(codeOf);
      await vi.waitFor(() => expect(other.prompts.list()).toHaveLength(1));
      other.prompts.answer(other.prompts.list()[0]?.id ?? '', { kind: 'accept-host-key', saveTo: 'berth' });
      await expect(attempt).resolves.toBe('auth.denied');
    } finally {
      await other.dispose();
    }
  });
});

describe('an operation on a simulated host', () => {
  const root = { kind: 'sudo' } as const;
  const startArguments = (id: string, bootId: string) => [id, bootId, 'jb@desk', '0', 'bootc', 'upgrade'];
  const script = (connection: SshConnection, name: string, args: readonly string[]) =>
    runScript(connection, demo.scripts, { script: name, args, root, timeoutMs: 30_000 });

  it('runs, is followed from any offset, and leaves the update staged', async () => {
    const connection = await demo.connect('web-05.fra');
    const before = await factsOf(connection);
    const bootId = valueOf(before.identity)?.bootId ?? '';
    const id = '0123456789ab';
    const started = await script(connection, 'actions/start', startArguments(id, bootId));
    expect(started.frames[0]).toMatchObject({ name: 'start', exitCode: 0 });
    expect(started.frames[0]?.stdout).toBe(`unit=berth-upgrade-${id}\nprogress=yes\nagain=no\n`);
    const again = await script(connection, 'actions/start', startArguments(id, bootId));
    expect(again.frames[0]?.stdout).toContain('again=yes');

    const during = await factsOf(connection);
    expect(during.bootcFailure).toMatchObject({ code: 'facts.status-blocked' });

    const { frames } = await script(connection, 'actions/follow', [id, bootId, '0', '0', '0']);
    expect(frames.at(-1)).toMatchObject({ name: 'state', args: ['ended', '0'] });
    const text = (name: string) =>
      frames
        .filter((frame) => frame.name === name)
        .map((frame) => frame.stdout)
        .join('');
    let offset = 0;
    for (const frame of frames.filter(({ name }) => name === 'progress')) {
      expect(frame.args).toEqual([String(offset), String(frame.stdout.length)]);
      offset += frame.stdout.length;
    }
    expect(text('stdout')).toContain('Queued for next boot: quay.io/acme/web:stable');

    const whole = text('progress');
    const rest = await script(connection, 'actions/follow', [id, bootId, '0', '0', '1000']);
    expect(rest.frames.find(({ name }) => name === 'progress')?.stdout).toBe(whole.slice(1000));

    const changes = await readChanges(connection, demo.scripts);
    expect(changes?.stamps).not.toBe(before.stamps);
    const after = await factsOf(connection);
    expect(after.stamps).toBe(changes?.stamps);
    expect(valueOf(after.deployments)?.staged).toMatchObject({ version: '2.15.0', downloadOnly: false });
  });

  it('can be stopped', async () => {
    const connection = await demo.connect('web-07.fra');
    const bootId = valueOf((await factsOf(connection)).identity)?.bootId ?? '';
    const id = 'aaaaaaaaaaaa';
    await script(connection, 'actions/start', startArguments(id, bootId));
    expect((await script(connection, 'actions/cancel', [id])).frames[0]).toMatchObject({ name: 'cancel', exitCode: 0 });
    const { frames } = await script(connection, 'actions/follow', [id, bootId, '0', '0', '0']);
    expect(frames.at(-1)?.args).toEqual(['ended', '143']);
    expect(valueOf((await factsOf(connection)).deployments)?.staged?.version).toBe('2.14.2');
  });

  it('is refused for another boot, for a host without bootc, without root, and unknown ones are said to be so', async () => {
    const web = await demo.connect('web-01.ber');
    const stale = await script(web, 'actions/start', startArguments('bbbbbbbbbbbb', 'another-boot'));
    expect(stale.frames[0]).toMatchObject({ exitCode: 65 });
    const bootId = valueOf((await factsOf(web)).identity)?.bootId ?? '';
    const unknown = await script(web, 'actions/follow', ['cccccccccccc', bootId, '0', '0', '0']);
    expect(unknown.frames.at(-1)?.args).toEqual(['not-started']);

    const coreos = await demo.connect('fcos-build-01');
    const coreosBoot = valueOf((await factsOf(coreos)).identity)?.bootId ?? '';
    const noBootc = await script(coreos, 'actions/start', startArguments('dddddddddddd', coreosBoot));
    expect(noBootc.frames[0]).toMatchObject({ exitCode: 127 });

    const proxy = await demo.connect('proxy-01.fra');
    await expect(script(proxy, 'actions/cancel', ['eeeeeeeeeeee']).catch(codeOf)).resolves.toBe(
      'privilege.not-allowed',
    );
  });
});

describe('a large fleet', () => {
  it('1,000 hosts listen on ports of their own, each with a known key, and stop together', async () => {
    const large = await openDemoFleet(startDemoFleet, { hosts: 1000, pace: 0.1 });
    const listening = large.fleet.hosts.filter(({ address }) => address === '127.0.0.1');
    expect(large.fleet.hosts).toHaveLength(1000);
    expect(new Set(listening.map(({ port }) => port)).size).toBe(listening.length);
    expect(large.fleet.knownHostsText.trim().split('\n').length).toBe(listening.length - 1);
    const last = listening.at(-1);
    const connection = await large.connect(last?.name ?? '');
    expect(
      valueOf((await readFacts(connection, large.scripts, { kind: 'none' }, Date.now)).identity)?.hostname,
    ).toContain(last?.name);
    await large.dispose();
    const gone = new Promise<string>((resolve) => {
      const socket = connectSocket(last?.port ?? 0, '127.0.0.1');
      socket.on('connect', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    await expect(gone).resolves.toBe('ECONNREFUSED');
  });
});
