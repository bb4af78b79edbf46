import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostFacts } from '../../shared/model/host-facts.ts';
import { parseFacts } from '../../shared/parse/facts.ts';
import { createImageModeHost, idOf, OSTREE_FILE, RPM_OSTREE_FILE, STATUS_FILE } from './image-mode-host.ts';
import { createScriptedHost, SHELLS, type ProbeRun, type ScriptedHost, type ShellName } from './probe.ts';
import { describeWith } from '../support/prerequisites.ts';

const READ_AT = 1_790_000_000_000;

function factsOf(run: ProbeRun): HostFacts {
  const facts = parseFacts(run.frames, { readAt: READ_AT, durationMs: 5, root: 'none', user: 'admin' });
  expect(HostFacts.parse(facts)).toEqual(facts);
  return facts;
}

const known = (value: unknown) => ({ state: 'known', value, readAt: READ_AT }) as unknown;
const entry = (letter: string) => ({
  options: `root=LABEL=root rw audit=0 ostree=/ostree/boot.1/default/${letter.repeat(64)}/0`,
  kernel: letter.repeat(64),
});
const unknown = (failure: object) => ({ state: 'unknown', failure });
const shells = Object.keys(SHELLS) as ShellName[];

describeWith('dash', 'busybox', 'bash').each(shells)('probes/facts under %s', (shell) => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await createImageModeHost();
  });
  afterEach(() => host.dispose());

  const probe = (env: Record<string, string>, more: { noise?: string; cutAt?: number } = {}) =>
    host.run(shell, 'probes/facts', { env, ...more });
  const root = { SCRIPTED_ID: '0', SCRIPTED_BOOTC: STATUS_FILE, SCRIPTED_OSTREE: OSTREE_FILE };

  it('reads everything as root', async () => {
    const run = await probe(root);
    expect(run.exitCode).toBe(0);
    expect(run.frames.filter(({ complete, exitCode }) => !complete || exitCode !== 0)).toEqual([]);
    const facts = factsOf(run);
    expect(facts).toMatchObject({
      privilege: { kind: 'root' },
      bootcFailure: null,
      identity: { state: 'known', value: { osName: 'Acme Edge 42', osId: 'acme', ostreeBooted: true } },
      tools: known({
        bootc: '1.16.3',
        rpmOstree: null,
        ostree: '2025.3',
        systemd: '257',
        systemdRun: true,
        sudo: false,
      }),
      kernels: known({
        [idOf('a')]: '6.11.0-1.fc42.x86_64',
        [idOf('b')]: '6.11.0-1.fc42.x86_64',
        [idOf('c')]: '6.12.0-1.fc42.x86_64',
      }),
      boot: {
        entries: known({
          [idOf('a')]: entry('a'),
          [idOf('b')]: entry('b'),
        }),
        staged: known({ arguments: null, kernel: null }),
        imageArguments: known({ [idOf('a')]: ['audit=0'], [idOf('b')]: ['audit=0'], [idOf('c')]: ['audit=1'] }),
        kernelBytes: known({ [idOf('a')]: 0, [idOf('b')]: 0, [idOf('c')]: 0 }),
        softRebootTarget: null,
      },
      failedUnits: known(['postgresql.service']),
      greenboot: { state: 'known', value: { verdict: 'green', fallback: true } },
      rebootRequired: known('bootc: Reboot required for image: sha256:33'),
      autoUpdate: { state: 'known', value: { unit: 'bootc-fetch-apply-updates.timer', active: true, reboots: true } },
    });
    const kilobytes = 1024;
    const size = { size: 41943040 * kilobytes, used: 10485760 * kilobytes, available: 31457280 * kilobytes };
    expect(facts.disks).toEqual(
      known([
        { mount: '/sysroot', ...size },
        { mount: '/boot', ...size },
      ]),
    );
    expect(facts.deployments.state === 'known' && facts.deployments.value).toMatchObject({
      source: 'bootc',
      managedByBootc: true,
    });
    expect(run.frames.some(({ name }) => ['sudo', 'rpm-ostree', 'digests', 'ostree-text'].includes(name))).toBe(false);
    expect(run.frames.slice(-2).map(({ name }) => name)).toEqual(['bootc', 'operations']);
    expect(run.frame('bootc').stdout).toBe(await readFile(STATUS_FILE, 'utf8'));
  });

  it('uses sudo where it needs no password', async () => {
    await host.install('sudo');
    const run = await probe({ SCRIPTED_SUDO: 'yes', SCRIPTED_BOOTC: 'root', SCRIPTED_BOOTC_FILE: STATUS_FILE });
    const facts = factsOf(run);
    expect(facts.privilege).toEqual({ kind: 'sudo' });
    expect(facts.bootcFailure).toBeNull();
    expect(facts.deployments).toMatchObject({ state: 'known', value: { source: 'bootc' } });
    expect(facts.greenboot).toMatchObject({ value: { fallback: true } });
  });

  it('reads the status under a rule that allows bootc alone', async () => {
    await host.install('sudo');
    const env = { SCRIPTED_SUDO: 'only-bootc', SCRIPTED_BOOTC: 'root', SCRIPTED_BOOTC_FILE: STATUS_FILE };
    const facts = factsOf(await probe(env));
    expect(facts.privilege).toMatchObject({ kind: 'none', failure: { code: 'privilege.password-needed' } });
    expect(facts.deployments).toMatchObject({ state: 'known', value: { source: 'bootc' } });
    expect(facts.bootcFailure).toBeNull();
  });

  it.each([
    ['password', 'privilege.password-needed'],
    ['tty', 'privilege.requires-tty'],
    ['sudoers', 'privilege.not-allowed'],
  ])(
    'without root (sudo says: %s) takes the deployments from ostree, with the digests of the commits',
    async (sudo, code) => {
      await host.install('sudo');
      const env = {
        SCRIPTED_SUDO: sudo,
        SCRIPTED_BOOTC: 'root',
        SCRIPTED_BOOTC_FILE: STATUS_FILE,
        SCRIPTED_OSTREE: OSTREE_FILE,
      };
      const facts = factsOf(await probe(env));
      expect(facts.privilege).toMatchObject({ kind: 'none', failure: { code } });
      expect(facts.bootcFailure).toMatchObject({ code: 'facts.needs-root' });
      expect(facts.deployments).toMatchObject({
        state: 'known',
        value: {
          source: 'ostree',
          managedByBootc: true,
          tracked: { image: 'quay.io/acme/edge-os:stable' },
          booted: {
            id: idOf('b'),
            origin: null,
            version: '42.20260801.0',
            image: { digest: `sha256:${'1'.repeat(64)}` },
          },
          staged: { id: idOf('c') },
          rollback: { id: idOf('a'), pinned: true },
        },
      });
    },
  );

  it('says that there is no sudo', async () => {
    expect(factsOf(await probe({ SCRIPTED_BOOTC: 'root' })).privilege).toMatchObject({
      failure: { code: 'privilege.no-sudo' },
    });
  });

  it.each<[string, Record<string, string>]>([
    ['timeout', {}],
    ['the timeout of busybox', { SCRIPTED_TIMEOUT: '/bin/busybox timeout' }],
  ])('goes on when bootc status is blocked, with %s', async (_, env) => {
    await host.install('rpm-ostree');
    const run = await probe({ ...root, ...env, SCRIPTED_BOOTC: 'blocked', SCRIPTED_RPM_OSTREE: RPM_OSTREE_FILE });
    expect(run.frame('bootc')).toMatchObject({ exitCode: 124, complete: true });
    const facts = factsOf(run);
    expect(facts.bootcFailure).toEqual({ code: 'facts.status-blocked', params: {} });
    expect(facts.deployments).toMatchObject({ state: 'known', value: { source: 'rpm-ostree' } });
    expect(run.frames.slice(-4).map(({ name }) => name)).toEqual(['bootc', 'rpm-ostree', 'digests', 'operations']);
  });

  it('asks a bootc that is too old for the format in its own words', async () => {
    const facts = factsOf(await probe({ ...root, SCRIPTED_BOOTC: 'old', SCRIPTED_BOOTC_FILE: STATUS_FILE }));
    expect(facts.deployments).toMatchObject({ state: 'known', value: { source: 'bootc' } });
  });

  it('keeps the reason of a bootc that fails, and reads the text of an old ostree', async () => {
    const text = await host.write('status.txt', `* default ${idOf('b')}\n    Version: 42\n`);
    const facts = factsOf(await probe({ ...root, SCRIPTED_BOOTC: 'fails', SCRIPTED_OSTREE: `text:${text}` }));
    expect(facts.bootcFailure).toMatchObject({
      code: 'facts.command-failed',
      params: {
        exitCode: 1,
        detail: 'error: Status: Computing status: Missing base image ref ostree/container/image/x',
      },
    });
    expect(facts.deployments).toMatchObject({
      state: 'known',
      value: { source: 'ostree', booted: { id: idOf('b'), version: '42' } },
    });
  });

  it('asks rpm-ostree as well where something is layered', async () => {
    await host.install('rpm-ostree');
    await host.write(
      `ostree/deploy/default/deploy/${idOf('b')}.origin`,
      '[origin]\ncontainer-image-reference=ostree-unverified-registry:q/a\n[packages]\nrequested=htop;\n',
    );
    const run = await probe({ ...root, SCRIPTED_RPM_OSTREE: RPM_OSTREE_FILE });
    expect(run.frames.slice(-4).map(({ name }) => name)).toEqual(['rpm-ostree', 'digests', 'bootc', 'operations']);
    const { deployments } = factsOf(run);
    expect(deployments.state === 'known' && deployments.value.booted!.layers).toEqual(['htop']);
  });

  it('is not disturbed by what the host prints before', async () => {
    const noise = '\n{"apiVersion":"org.containers.bootc/v1","kind":"motd"}\nbegin bootc\nend bootc 0\n';
    const run = await probe(root, { noise });
    expect(run.stray).toContain('motd');
    expect(factsOf(run).deployments).toMatchObject({ state: 'known', value: { source: 'bootc' } });
  });

  it('does nothing at all when the script is cut on its way', async () => {
    const whole = (await readFile(new URL('../../native/probes/facts.sh', import.meta.url), 'utf8')).length;
    for (const share of [0.3, 0.6, 0.9]) {
      const run = await probe(root, { cutAt: Math.floor(whole * share) });
      expect(run.frames, String(share)).toEqual([]);
    }
  });

  it('writes nothing', async () => {
    const before = (await readdir(host.root, { recursive: true })).sort();
    await probe(root);
    expect((await readdir(host.root, { recursive: true })).sort()).toEqual(before);
  });
});

describeWith('dash', 'busybox', 'bash').each(shells)('probes/facts without tools under %s', (shell) => {
  it('tells what it can, and for the rest which tool is missing', async () => {
    const host = await createScriptedHost();
    try {
      const run = await host.run(shell, 'probes/facts');
      expect(run.exitCode).toBe(0);
      const facts = factsOf(run);
      expect(facts.identity).toMatchObject({ state: 'known', value: { osName: 'Linux', ostreeBooted: false } });
      expect(facts.identity.state === 'known' && facts.identity.value.bootId).toMatch(/^[0-9a-f-]{36}$/);
      expect(facts.tools).toMatchObject({ value: { bootc: null, ostree: null, systemd: null } });
      expect(facts.failedUnits).toMatchObject(unknown({ code: 'facts.tool-missing', params: { tool: 'systemctl' } }));
      expect(facts.deployments).toMatchObject(unknown({ code: 'facts.not-image-mode' }));
      expect(facts.bootcFailure).toBeNull();
    } finally {
      await host.dispose();
    }
  });

  it.each([
    ['root', { SCRIPTED_ID: '0' }],
    ['sudo', { SCRIPTED_SUDO: 'yes' }],
    ['a rule for bootc alone', { SCRIPTED_SUDO: 'only-bootc' }],
  ])('bounds bootc status without timeout(1), with %s', async (_, access) => {
    const host = await createImageModeHost('timeout');
    try {
      await host.install('sudo');
      // What is left behind runs for five seconds, and must not hold the streams open.
      const started = Date.now();
      const env = { ...access, SCRIPTED_BOOTC: 'blocked', SCRIPTED_OSTREE: OSTREE_FILE };
      const run = await host.run(shell, 'probes/facts', { env });
      expect(Date.now() - started).toBeLessThan(4500);
      expect(run.frame('bootc')).toMatchObject({ exitCode: 124, complete: true });
      const facts = factsOf(run);
      expect(facts.bootcFailure).toMatchObject({ code: 'facts.status-blocked' });
      expect(facts.deployments).toMatchObject({ state: 'known', value: { source: 'ostree' } });
    } finally {
      await host.dispose();
    }
  });
});
