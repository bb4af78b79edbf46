import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { OperationPlan } from '../../../shared/model/operation.ts';
import {
  AUTH_FAILURE,
  releases,
  startScriptedHost,
  type ScriptedHost,
} from '../../support/scripted-host/scripted-host.ts';
import { addHost, ended, expectExactMirror, makeWorkspace, readLog, startVerb, type Workspace } from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

describeWith(
  ...scriptedHostNeeds,
  'fish',
  'tcsh',
)('an operation on a scripted host', () => {
  let host: ScriptedHost;
  let workspace: Workspace;

  beforeEach(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
  });
  afterEach(async () => {
    await workspace.remove();
    await host.stop();
  });

  it('stages an upgrade and proves it from the state', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    const plan = await core.operations.plan({ hostId, request: { verb: 'upgrade' } });
    expect(plan.commands[0]).toContain(`systemd-run --collect --unit=berth-upgrade-${plan.operationId}`);
    expect(plan.reportsProgress).toBe(true);

    const { id } = await core.operations.start(plan);
    expect(core.operations.running(hostId)?.operation.id).toBe(id);
    const operation = await ended(core, id);

    expect(operation.outcome).toEqual({ kind: 'staged', version: '42.3', digest: releases.next.digest });
    expect(operation.exitCode).toBe(0);
    expect(operation.target).toBe(`root@127.0.0.1:${String(host.port)}`);
    expect(operation.plan.before.deployments.staged).toBeNull();
    expect(operation.after?.deployments.staged?.image?.digest).toBe(releases.next.digest);
    expect(core.operations.running(hostId)).toBeNull();
    expect(valueOf(core.hosts.facts(hostId)!.deployments)?.staged?.version).toBe('42.3');
    expect(await host.calls()).toEqual(['upgrade --progress-fd 3']);
    await expectExactMirror(workspace, host, id);
  });

  it('keeps what it runs, and not what a page says that it runs', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    const plan = await core.operations.plan({ hostId, request: { verb: 'check' } });
    const forged = { ...plan, hostName: 'another', unit: 'sshd.service', commands: ['bootc rollback'] };
    const { id } = await core.operations.start(forged);
    const { plan: kept } = await ended(core, id);
    expect(kept).toMatchObject({ hostName: plan.hostName, unit: plan.unit, commands: plan.commands });

    const outside = { ...plan, operationId: '../../outside' };
    await expect(core.operations.start(outside)).rejects.toMatchObject({ failure: { code: 'operation.unknown' } });
    expect(existsSync(join(workspace.dataDir, '../outside'))).toBe(false);
    expect(OperationPlan.safeParse(outside).success).toBe(false);
  });

  it('shows the log in words, and the progress of every step', async () => {
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    const live = await readLog(core, id, ['stdout', 'stderr', 'progress', 'berth']);
    await ended(core, id);

    expect(live).toMatch(/^\d\d:\d\d:\d\d berth +confirmed by tester@testbed, starting on root@127\.0\.0\.1/);
    expect(live).toMatch(/progress ostree chunk [0-9a-f]{21} +10\.0 MB\r\n/);
    expect(live).toMatch(/stderr +Deploying\.\.\.done \(3 seconds\)\r\n/);
    expect(live).toMatch(/stdout +Queued for next boot/);
    expect(live).toMatch(/berth +unit ended, exit code 0, reading the state again\r\n/);
    expect(live.trimEnd()).toMatch(/berth +Staged 42\.3 .*$/);
    expect(await readLog(core, id, ['stdout', 'stderr', 'progress', 'berth'])).toBe(live);

    const steps = [];
    for await (const progress of core.operations.watchProgress(id, new AbortController().signal)) steps.push(progress);
    expect(Object.keys(steps.at(-1)!.stepStartedAt)).toEqual(
      expect.arrayContaining(['pull', 'import', 'stage', 'bound-images', 'clean-up', 'verify']),
    );
    const { fileName, text } = await core.operations.exportLog(id);
    expect(fileName).toBe(`berth-upgrade-root-${id}.log`);
    expect(text).toContain('Exit code  0\n');
    expect(text).not.toContain('\u001b');
  });

  it('tells up to date from staged', async () => {
    await host.setScenario({ registry: releases.booted });
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    expect((await ended(core, id)).outcome).toEqual({ kind: 'up-to-date' });
  });

  it('finds an update without staging it', async () => {
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host), { verb: 'check' });
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'update-found', digest: releases.next.digest });
    expect(await host.calls()).toEqual(['upgrade --check']);
  });

  it('names the registry that refused the credentials', async () => {
    await host.setScenario({ fails: AUTH_FAILURE });
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    const operation = await ended(core, id);
    expect(operation.exitCode).toBe(1);
    expect(operation.outcome).toMatchObject({
      kind: 'failed',
      staged: false,
      failure: { code: 'operation.registry-auth', params: { registry: 'registry.example.com' } },
    });
  });

  it('says that the update is staged when only a bound image failed', async () => {
    await host.setScenario({ boundImageFails: true });
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    expect((await ended(core, id)).outcome).toMatchObject({
      kind: 'failed',
      staged: true,
      failure: { code: 'operation.bound-image' },
    });
  });

  it.each([
    ['a crash', { crash: true }, 'operation.crashed'],
    ['any other exit code', { fails: 'Upgrading: Something new', exitCode: 1 }, 'operation.failed'],
  ] as const)('reports %s', async (_name, scenario, code) => {
    await host.setScenario(scenario);
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'failed', failure: { code } });
  });

  it('gets progress through a real sudo, which closes descriptors', async () => {
    const core = await workspace.openCore();
    const { id, plan } = await startVerb(core, await addHost(core, host, 'admin'));
    expect(plan.commands[0]).toMatch(/^sudo systemd-run /);
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
    expect(await readFile(host.path(`/run/berth/${id}/progress`), 'utf8')).toMatch(/^\{"type":"Start"/);
    await expectExactMirror(workspace, host, id);
  });

  it.each(['fisher', 'cesar'] as const)('works for a user with another login shell (%s)', async (user) => {
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host, user));
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
  });

  it('runs without progress where bootc has none', async () => {
    await host.setScenario({ progress: false });
    const core = await workspace.openCore();
    const { id } = await startVerb(core, await addHost(core, host));
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
    expect(await host.calls()).toEqual(['upgrade']);
    expect(await readLog(core, id)).toContain('this bootc does not report its progress');
  });

  it('says why the unit could not be started', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    await writeFile(host.path('/scripted/systemd-refuses'), '');
    const { id } = await startVerb(core, hostId);
    expect((await ended(core, id)).outcome).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'operation.start-failed',
        params: { detail: expect.stringContaining('Transport endpoint') as unknown },
      },
    });
    expect(await host.calls()).toEqual([]);
  });

  it('refuses a plan from before the host changed, and a user without root', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    const plan = await core.operations.plan({ hostId, request: { verb: 'upgrade' } });
    const first = await startVerb(core, hostId);
    await expect(core.operations.plan({ hostId, request: { verb: 'upgrade' } })).rejects.toMatchObject({
      failure: { code: 'operation.busy' },
    });
    await ended(core, first.id);
    await expect(core.operations.start(plan)).rejects.toMatchObject({ failure: { code: 'operation.plan-outdated' } });

    const guest = await addHost(core, host, 'guest');
    await expect(core.operations.plan({ hostId: guest, request: { verb: 'upgrade' } })).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/^privilege\./) as unknown },
    });
  });
});
