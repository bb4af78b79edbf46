import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHistoryIndex } from '../../../electron/core/operations/history-index.ts';
import { GONE_AFTER_MS } from '../../../electron/core/operations/run-operation.ts';
import { startUnit } from '../../../electron/core/operations/host-actions.ts';
import { loadNativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import {
  releases,
  startScriptedHost,
  SUDO_PASSWORD,
  type ScriptedHost,
} from '../../support/scripted-host/scripted-host.ts';
import {
  addHost,
  ended,
  expectExactMirror,
  makeWorkspace,
  NATIVE_DIR,
  PATIENCE,
  reached,
  readLog,
  standsAt,
  startOtherBerth,
  startVerb,
  type OtherBerth,
  type Workspace,
} from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

describeWith(...scriptedHostNeeds)('an operation outlives', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  const others: OtherBerth[] = [];

  beforeEach(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
  });
  afterEach(async () => {
    for (const other of others.splice(0)) await other.kill();
    await workspace.remove();
    await host.stop();
  });

  it('a connection that is cut, again and again, with no byte lost or doubled', async () => {
    await host.setScenario({ layers: 60, eventDelayMs: 15, stderrLines: ['before the pull'] });
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    await host.hold('pull');
    await host.hold('import');
    const { id } = await startVerb(core, hostId);
    const progressSize = async () =>
      (await readFile(join(workspace.dataDir, 'operations', id, 'progress')).catch(() => '')).length;
    const grown = async (from: number) =>
      vi.waitFor(async () => expect(await progressSize()).toBeGreaterThan(from), PATIENCE);
    const cut = async () => {
      expect(await host.cutConnections()).toBeGreaterThan(0);
      await vi.waitFor(async () => expect((await core.operations.get(id)).attached).toBe(false), PATIENCE);
      await vi.waitFor(async () => expect((await core.operations.get(id)).attached).toBe(true), PATIENCE);
    };
    // While bytes flow, while none do, and while they flow again.
    await grown(0);
    await cut();
    await standsAt(host, 'pull');
    await cut();
    const half = await progressSize();
    await host.release('pull');
    await grown(half);
    await cut();
    await host.release('import');
    const operation = await ended(core, id);
    expect(operation.outcome).toMatchObject({ kind: 'staged' });
    expect(await host.calls()).toHaveLength(1);
    await expectExactMirror(workspace, host, id);
    expect(await readLog(core, id, ['berth'])).toMatch(/not attached: .*\r\n.*attached again/);
  });

  it('a Berth that is killed: the next one finds the outcome', async () => {
    const setup = await workspace.openCore();
    const hostId = await addHost(setup, host);
    await host.hold('pull');
    const victim = await startOtherBerth(workspace, host, hostId);
    others.push(victim);
    const [, id = ''] = await victim.said(/^started (\w+)$/);
    await standsAt(host, 'pull');
    await victim.said(/^running attached$/);
    await setup.dispose();
    await victim.kill();
    // All the rest happens while no Berth is there.
    await host.release('pull');
    await vi.waitFor(() => readFile(host.path(`/run/berth/${id}/exit-code`)), PATIENCE);

    const core = await workspace.openCore();
    const operation = await ended(core, id);
    expect(operation.outcome).toMatchObject({ kind: 'staged', digest: releases.next.digest });
    expect(operation.startedBy).toBe('other@testbed');
    expect(await host.calls()).toHaveLength(1);
    await expectExactMirror(workspace, host, id);
  });

  it('the death of the Berth that follows it, while another one runs: that one takes over', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    await host.hold('pull');
    const first = await startOtherBerth(workspace, host, hostId);
    others.push(first);
    const [, id = ''] = await first.said(/^started (\w+)$/);
    await standsAt(host, 'pull');
    // Seen here, followed there.
    await vi.waitFor(() => expect(core.operations.running(hostId)?.operation.attached).toBe(true), PATIENCE);
    await expect(core.operations.plan({ hostId, request: { verb: 'upgrade' } })).rejects.toMatchObject({
      failure: { code: 'operation.busy' },
    });
    await vi.waitFor(
      () => expect(core.operations.running(hostId)?.progress?.pull?.layers).toBeGreaterThan(0),
      PATIENCE,
    );
    await first.kill();
    await vi.waitFor(async () => expect(await saidByBerth(workspace, id)).toContain('attached again'), PATIENCE);
    await host.release('pull');
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
    await expectExactMirror(workspace, host, id);
  });

  it('a reboot of the host, which is told as what it is', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    await host.hold('pull');
    const { id } = await startVerb(core, hostId);
    await standsAt(host, 'pull');
    await reached(core, id, 'running');
    await host.release('pull');
    await host.hold('pull');
    await host.powerOff();
    await vi.waitFor(async () => expect((await core.operations.get(id)).attached).toBe(false), PATIENCE);
    await host.powerOn();
    const operation = await ended(core, id);
    expect(operation.exitCode).toBeNull();
    expect(operation.after?.bootId).toBe(await host.bootId());
    expect(operation.outcome).toMatchObject({ kind: 'unknown', failure: { code: 'operation.host-rebooted' } });
  });

  it('a host that is away for long: its end is not known, and told when the host is back', async () => {
    let skewMs = 0;
    const core = await workspace.openCore(() => Date.now() + skewMs);
    const hostId = await addHost(core, host);
    await host.hold('pull');
    const { id } = await startVerb(core, hostId);
    await standsAt(host, 'pull');
    await reached(core, id, 'running');
    await host.powerOff();
    await vi.waitFor(async () => expect((await core.operations.get(id)).attached).toBe(false), PATIENCE);
    skewMs = GONE_AFTER_MS;
    expect((await ended(core, id)).outcome).toMatchObject({
      kind: 'unknown',
      failure: { code: 'operation.host-gone' },
    });
    expect(core.operations.running(hostId)).toBeNull();

    await host.powerOn();
    core.hosts.connectAndRead(hostId, 'user');
    await vi.waitFor(
      async () =>
        expect((await core.operations.get(id)).outcome).toMatchObject({
          kind: 'unknown',
          failure: { code: 'operation.host-rebooted' },
        }),
      PATIENCE,
    );
  });

  it('nothing that a person stops', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host, 'admin');
    await host.hold('pull');
    const { id } = await startVerb(core, hostId);
    await standsAt(host, 'pull');
    await reached(core, id, 'running');
    await core.operations.cancel(id);
    const operation = await ended(core, id);
    expect(operation).toMatchObject({ cancelRequested: true, exitCode: 143, outcome: { kind: 'cancelled' } });
    expect(operation.after?.deployments.staged).toBeNull();
    expect(await host.processes(/bootc/)).toEqual([]);
  });

  it('a stop that is asked for while the host is away', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    await host.hold('pull');
    const { id } = await startVerb(core, hostId);
    await standsAt(host, 'pull');
    await reached(core, id, 'running');
    await host.cutConnections();
    await vi.waitFor(async () => expect((await core.operations.get(id)).attached).toBe(false), PATIENCE);
    await core.operations.cancel(id);
    expect((await ended(core, id)).outcome).toEqual({ kind: 'cancelled' });
  });

  it('a start whose answer was lost: the repeat runs nothing twice', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host);
    const plan = await core.operations.plan({ hostId, request: { verb: 'upgrade' } });
    const context = {
      connection: await core.hosts.connect(hostId, 'user'),
      scripts: await loadNativeScripts(NATIVE_DIR),
      root: { kind: 'root' },
      signal: new AbortController().signal,
    } as const;
    await host.hold('pull');
    expect(await startUnit(context, plan, 'tester@testbed')).toEqual({ again: false, reportsProgress: true });
    await standsAt(host, 'pull');
    const answers = await Promise.all([1, 2, 3].map(() => startUnit(context, plan, 'tester@testbed')));
    expect(answers).toEqual(Array(3).fill({ again: true, reportsProgress: true }));
    await host.release('pull');
    await vi.waitFor(() => readFile(host.path(`/run/berth/${plan.operationId}/exit-code`)), PATIENCE);
    expect(await startUnit(context, plan, 'tester@testbed')).toEqual({ again: true, reportsProgress: true });
    expect(await host.calls()).toHaveLength(1);
  });

  it('its follower: nothing of it stays on the host', async () => {
    const core = await workspace.openCore();
    const hostId = await addHost(core, host, 'admin');
    await host.hold('pull');
    const { id } = await startVerb(core, hostId);
    await standsAt(host, 'pull');
    await reached(core, id, 'running');
    const followers = () => host.processes(/sh -s -- actions\/follow/);
    expect(await followers()).not.toEqual([]);
    await host.cutConnections();
    await core.dispose();
    await vi.waitFor(async () => expect(await followers()).toEqual([]), PATIENCE);
    expect(await host.processes(/bootc\.mjs upgrade/)).not.toEqual([]);
  });

  it('the confirmation of two Berths at once: one of them is told that the host is busy', async () => {
    const [one, two] = [await workspace.openCore(), await workspace.openCore()];
    const hostId = await addHost(one, host);
    await vi.waitFor(() => expect(two.inventory.get(hostId)).not.toBeNull(), PATIENCE);
    two.hosts.connectAndRead(hostId, 'user');
    await vi.waitFor(() => expect(two.hosts.facts(hostId)).not.toBeNull(), PATIENCE);
    await host.hold('pull');
    const plans = await Promise.all(
      [one, two].map((core) => core.operations.plan({ hostId, request: { verb: 'upgrade' } })),
    );
    const results = await Promise.allSettled([one.operations.start(plans[0]!), two.operations.start(plans[1]!)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    // Which of the two looks first decides who tells it: the history, or the pre-flight that sees the unit on the host.
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { failure: { code: expect.stringMatching(/^operation\.(busy|preflight)$/) as string } },
    });
    const { id } = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))[0]!;
    await host.release('pull');
    // Both tell the same, whichever follows it.
    expect((await ended(one, id)).outcome).toMatchObject({ kind: 'staged' });
    expect((await ended(two, id)).outcome).toMatchObject({ kind: 'staged' });
    expect(await host.calls()).toHaveLength(1);
    await expectExactMirror(workspace, host, id);
    const folders = await readdir(join(workspace.dataDir, 'operations'));
    expect(folders.filter((name) => /^[0-9a-f]{12}$/.test(name))).toEqual([id]);
    const index = createHistoryIndex(join(workspace.dataDir, 'operations'));
    await vi.waitFor(async () => {
      expect(await index.entries()).toEqual([expect.objectContaining({ id, open: false })]);
    }, PATIENCE);
  });

  it('a restart where sudo wants a password: it waits for it, and goes on', async () => {
    const answering = (core: Awaited<ReturnType<Workspace['openCore']>>) =>
      core.prompts.onChange(() => {
        for (const prompt of core.prompts.list()) {
          if (prompt.kind === 'sudo-password')
            core.prompts.answer(prompt.id, { kind: 'secrets', values: [SUDO_PASSWORD] });
        }
      });
    const first = await workspace.openCore();
    answering(first);
    const hostId = await addHost(first, host, 'opera');
    await first.hosts.unlockSudo([hostId]);
    await host.hold('pull');
    const { id } = await startVerb(first, hostId);
    await standsAt(host, 'pull');
    await reached(first, id, 'running');
    await first.dispose();

    const second = await workspace.openCore();
    await vi.waitFor(
      async () => expect((await second.operations.get(id)).detachedBecause?.code).toBe('privilege.password-needed'),
      PATIENCE,
    );
    await host.release('pull');
    answering(second);
    await second.hosts.unlockSudo([hostId]);
    expect((await ended(second, id)).outcome).toMatchObject({ kind: 'staged' });
    await expectExactMirror(workspace, host, id);
  });
});

/** What Berth itself said of an operation, as it is kept. */
async function saidByBerth(workspace: Workspace, id: string): Promise<string> {
  return readFile(join(workspace.dataDir, 'operations', id, 'berth'), 'utf8').catch(() => '');
}
