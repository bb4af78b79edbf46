import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import { createDemoWorkspaces, type DemoWorkspaces } from '../../../electron/core/demo-workspaces.ts';
import { promote } from '../../../electron/core/etc/promote.ts';
import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';
import { driftEntries } from '../../../shared/logic/etc-hosts.ts';
import type { EtcView } from '../../../shared/model/etc.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { CheckName } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { nativeDir } from '../../support/demo-fleet.ts';
import { ended } from '../operations/harness.ts';
import { createPage, SIZE, until } from '../terminals/harness.ts';

let dir: string;
let workspaces: DemoWorkspaces;
let core: Core;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-demo-core-'));
  const options = { dataDir: dir, nativeDir, user: 'tester', workstation: 'here' };
  workspaces = createDemoWorkspaces(options, (demo) => startDemoFleet({ ...demo, pace: 0.1 }));
  ({ core } = await workspaces.enter(24));
});
afterAll(async () => {
  await workspaces.dispose();
  await rm(dir, { recursive: true, force: true });
});

function idOf(name: string): string {
  const host = core.inventory.list().find((candidate) => candidate.name === name);
  if (!host) throw new Error(`There is no host ${name}`);
  return host.id;
}

/** Plans, confirms and waits for the end, as a person would who takes every warning. */
async function run(name: string, request: VerbRequest) {
  const hostId = idOf(name);
  const plan = await core.operations.plan({ hostId, request });
  const { id } = await core.operations.start(plan, { confirmed: CheckName.options, typedName: name });
  return ended(core, id);
}

async function now(name: string) {
  const set = valueOf((await core.hosts.readFacts(idOf(name))).deployments);
  if (!set) throw new Error(`The deployments of ${name} are not known`);
  return set;
}

const reboot: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };

// Side by side: most of their time they wait for their hosts.
describe.concurrent('simulated hosts through the real core', () => {
  it('have shells at a terminal, which come back after a reboot', async () => {
    const { id } = await core.terminals.open(idOf('db-01.ber'), SIZE, null);
    const page = createPage(SIZE);
    core.terminals.attach(id, SIZE, page.port);
    await until(() => expect(page.lines().join('\n')).toContain('[admin@db-01.ber demo]$'));
    page.type('flood\r');
    await until(() => expect(page.bytes).toBeGreaterThan(1024 * 1024));
    page.type('\u0003stty size\r');
    await until(() => expect(page.lines()).toContain('24 80'));
    expect(core.terminals.get(id)).toMatchObject({ title: 'admin@db-01.ber (demo)', state: { kind: 'open' } });
    const states = new Set<string>();
    const stop = core.terminals.onChange(() => states.add(JSON.stringify(core.terminals.get(id)?.state)));
    await run('db-01.ber', reboot);
    await until(() => expect(core.terminals.get(id)?.state.kind).toBe('open'));
    stop();
    expect([...states].some((state) => state.includes('"lost"') && state.includes('"rebooting":true'))).toBe(true);
    page.type('echo back\r');
    await until(() => expect(page.lines()).toContain('back'));
    page.close();
  });

  it('upgrade, reboot, proven', async () => {
    expect((await run('web-05.fra', { verb: 'upgrade' })).outcome).toMatchObject({ kind: 'staged', version: '2.15.0' });
    const operation = await run('web-05.fra', reboot);
    expect(operation.outcome).toMatchObject({ kind: 'rebooted', version: '2.15.0', failedUnits: [] });
    expect(operation.reboot?.backAt ?? 0).toBeGreaterThan(operation.reboot?.askedAt ?? Infinity);
    expect(await now('web-05.fra')).toMatchObject({ staged: null, rollback: { version: '2.14.0' } });
  });

  it('rollback deletes what is staged, is taken back, and is booted', async () => {
    expect((await run('web-03.ber', { verb: 'rollback' })).outcome).toMatchObject({ kind: 'done' });
    expect(await now('web-03.ber')).toMatchObject({ staged: null, rollbackQueued: true });
    expect((await run('web-03.ber', { verb: 'undo-rollback' })).outcome).toMatchObject({ kind: 'done' });
    expect(await now('web-03.ber')).toMatchObject({ rollbackQueued: false });
    await run('web-03.ber', { verb: 'rollback' });
    expect((await run('web-03.ber', reboot)).outcome).toMatchObject({ kind: 'rebooted', version: '2.13.2' });
  });

  it('an image that fails greenboot: the host comes back on the old one by itself', async () => {
    await run('edge-berlin-02', { verb: 'upgrade' });
    expect((await run('edge-berlin-02', reboot)).outcome).toMatchObject({
      kind: 'wrong-boot',
      failure: { code: 'operation.greenboot-fallback' },
    });
  });

  it('an /etc that cannot be merged: the update is not applied, until the blocker is solved', async () => {
    const name = 'web-04.ber';
    await run(name, { verb: 'upgrade' });
    expect((await run(name, reboot)).outcome).toMatchObject({
      kind: 'wrong-boot',
      failure: { code: 'operation.finalize-failed' },
    });
    await run(name, { verb: 'upgrade' });
    const hostId = idOf(name);
    const entryOf = async (path: string, view: EtcView = 'staged') =>
      (await core.etc.compare({ hostId, view })).entries.find((entry) => entry.path === path);
    const [blocker, hidden] = [await entryOf('acme/agent.conf'), await entryOf('chrony.conf')];
    expect([blocker?.outcome, hidden?.outcome]).toEqual(['blocker', 'masked']);
    const content = core.etcContents.put(Buffer.from('server merged\n'));
    const solved = await run(name, {
      verb: 'etc',
      files: [
        { act: 'restore', path: 'acme/agent.conf', seen: blocker?.local ?? null },
        { act: 'write', path: 'chrony.conf', seen: hidden?.local ?? null, content, mode: null, uid: null, gid: null },
      ],
    });
    expect(solved.outcome).toEqual({ kind: 'done' });
    const { files, leftOut } = await core.operations.undoEtc(solved.id);
    expect([files.map(({ act, path }) => `${act} ${path}`), leftOut]).toEqual([
      ['write acme/agent.conf', 'write chrony.conf'],
      [],
    ]);
    expect((await run(name, reboot)).outcome).toMatchObject({ kind: 'rebooted', version: '2.15.0' });
    expect((await entryOf('chrony.conf', 'drift'))?.local?.hash).toBe(content.hash);
  });

  it('units that fail after the reboot are named', async () => {
    expect((await run('db-03.fra', reboot)).outcome).toMatchObject({
      kind: 'rebooted',
      version: '7.4.0',
      failedUnits: ['acme-exporter.service'],
    });
  });

  it('download, apply it, pin, remove: one after the other', async () => {
    const name = 'db-01.ber';
    const other = { image: 'quay.io/acme/db:7.4.0', transport: 'registry', signature: null };
    const choice = { verb: 'switch', retain: false, enforcePolicy: false } as const;
    const nowhere = { ...other, image: 'quay.io/acme/nowhere:1' };
    expect((await run(name, { ...choice, image: nowhere })).outcome).toMatchObject({ kind: 'failed', staged: false });
    expect((await run(name, { ...choice, image: other })).outcome).toMatchObject({ kind: 'staged', version: '7.4.0' });
    expect((await run(name, { verb: 'download' })).outcome).toMatchObject({ kind: 'downloaded', version: '7.4.0' });
    expect((await run(name, { verb: 'apply-download' })).outcome).toMatchObject({ kind: 'staged' });
    expect((await run(name, { verb: 'unstage' })).outcome).toMatchObject({ kind: 'done' });
    const rollback = (await now(name)).rollback?.id ?? '';
    expect((await run(name, { verb: 'pin', deployment: rollback })).outcome).toMatchObject({ kind: 'done' });
    expect((await now(name)).rollback).toMatchObject({ pinned: true });
    expect((await run(name, { verb: 'unpin', deployment: rollback })).outcome).toMatchObject({ kind: 'done' });
    expect((await run(name, { verb: 'remove', deployment: rollback })).outcome).toMatchObject({ kind: 'done' });
    expect((await now(name)).rollback).toBeNull();
  });

  it('overlay, clean-up, kernel arguments, timers, and a soft reboot', async () => {
    const name = 'web-lab-01';
    expect((await run('web-01.ber', { verb: 'usr-overlay' })).outcome).toMatchObject({ kind: 'done' });
    expect((await run(name, { verb: 'clean-up' })).outcome).toMatchObject({ kind: 'done' });
    const append = ['acme.trace=1'];
    expect((await run(name, { verb: 'kernel-arguments', append, remove: ['console=tty0'] })).outcome).toMatchObject({
      kind: 'staged',
    });
    expect((await run('web-lab-02', { verb: 'pause-updates' })).outcome).toMatchObject({ kind: 'done' });
    expect((await run('web-lab-02', { verb: 'resume-updates' })).outcome).toMatchObject({ kind: 'done' });
    expect((await run('edge-berlin-01', { verb: 'unstage' })).outcome).toMatchObject({ kind: 'done' });
    expect((await run('edge-berlin-01', { verb: 'soft-reboot' })).outcome).toMatchObject({ kind: 'rebooted' });
  });

  it('what was changed on a host is packed for its image', async () => {
    const hostId = idOf('web-02.ber');
    const paths = driftEntries(await core.etc.compare({ hostId, view: 'drift' })).map(({ path }) => path);
    const { base64, containerfile, leftOut } = await promote(core, { hostId, paths, format: 'tar' });
    expect(leftOut).toEqual([]);
    expect(containerfile).toMatch(/^# Changes to \/etc of web-02\.ber, which ran 2\.1\d\.0, taken by Berth on /);
    expect(tarNames(base64)).toContain('Containerfile');
    expect(paths.length).toBeGreaterThan(0);
  });
});

function tarNames(base64: string): string[] {
  const { stdout } = spawnSync('tar', ['-t'], { input: Buffer.from(base64, 'base64'), encoding: 'utf8' });
  return stdout.trimEnd().split('\n');
}
