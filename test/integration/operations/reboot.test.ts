import { writeFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { proofs } from '../../../shared/logic/proofs.ts';
import { releases, startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { firstState, rollback, setLocked, upgrade } from '../../support/scripted-host/tools/model.mjs';
import {
  addHost,
  ended,
  makeWorkspace,
  PATIENCE,
  reached,
  startOtherBerth,
  startVerb,
  type Workspace,
} from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

const IMAGE = { image: 'registry.example.com/acme/os:stable', transport: 'registry' };
const FRESH = firstState({ image: IMAGE, booted: releases.booted, rollback: releases.old });
const REBOOT: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };

// One host, rebooted again and again; its state is put back before each.
describeWith(...scriptedHostNeeds)('a reboot', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let core: Core;
  let hostId: string;

  beforeAll(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
    core = await workspace.openCore();
    hostId = await addHost(core, host);
  });
  afterAll(async () => {
    await workspace.remove();
    await host.stop();
  });
  beforeEach(async () => {
    await host.setScenario({ boots: 'well', failedUnits: [] });
    await host.changeState(() => FRESH);
  });

  const stage = () => host.changeState((state) => upgrade(state, releases.next).state);
  async function start(request: VerbRequest = REBOOT): Promise<Operation> {
    await core.hosts.readFacts(hostId);
    return startVerb(core, hostId, request);
  }
  const run = async (request?: VerbRequest) => ended(core, (await start(request)).id);

  it('into what was staged is followed through its silence, and proven', async () => {
    await stage();
    const operation = await run();
    expect(operation.outcome).toEqual({
      kind: 'rebooted',
      version: '42.3',
      digest: releases.next.digest,
      failedUnits: [],
    });
    const { askedAt, goneAt, backAt, usualMs } = operation.reboot!;
    expect([goneAt! >= askedAt, backAt! >= goneAt!, usualMs]).toEqual([true, true, null]);
    expect(proofs(operation).map(({ kind, text }) => [kind, text])).toContainEqual([
      'proven',
      'The host booted what was foreseen: 42.3',
    ]);
    // The next one knows how long this host takes.
    const again = await start();
    expect(again.reboot?.usualMs).toBe(backAt! - askedAt);
    expect((await ended(core, again.id)).outcome).toMatchObject({ kind: 'rebooted', version: '42.3' });
  });

  it('discards a download that was not applied, as foreseen', async () => {
    await host.changeState((state) => setLocked(upgrade(state, releases.next).state, true));
    expect((await run()).outcome).toMatchObject({ kind: 'rebooted', version: '42.2' });
    expect((await core.operations.plan({ hostId, request: REBOOT })).before.deployments.staged).toBeNull();
  });

  it('into a queued rollback', async () => {
    await host.changeState((state) => rollback(state).state);
    expect((await run()).outcome).toMatchObject({ kind: 'rebooted', version: '42.1' });
  });

  it('that comes back on the old image because the /etc merge failed', async () => {
    await stage();
    await host.changeState((state) => ({ ...state, etcBlocks: true }));
    expect((await run()).outcome).toMatchObject({
      kind: 'wrong-boot',
      expected: '42.3',
      booted: '42.2',
      failure: { code: 'operation.finalize-failed' },
    });
  });

  it('that comes back on the old image because the new one did not come up', async () => {
    await stage();
    await host.setScenario({ boots: 'fails' });
    expect((await run()).outcome).toMatchObject({ kind: 'wrong-boot', failure: { code: 'operation.other-boot' } });
  });

  it('that greenboot takes back', async () => {
    await stage();
    await host.setScenario({
      boots: 'fails',
      greenboot: 'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.',
    });
    expect((await run()).outcome).toMatchObject({
      kind: 'wrong-boot',
      failure: { code: 'operation.greenboot-fallback' },
    });
    await host.setScenario({ greenboot: null });
  });

  it('that comes back with units that did not fail before', async () => {
    await stage();
    await host.setScenario({ failedUnits: ['app.service'] });
    expect((await run()).outcome).toMatchObject({ kind: 'rebooted', version: '42.3', failedUnits: ['app.service'] });
  });

  it('with a delay can be taken back', async () => {
    const { id } = await start({ verb: 'reboot', delayMinutes: 60, message: 'New system at noon' });
    await reached(core, id, 'rebooting');
    expect(await host.calls()).toContain('shutdown -r +60 New system at noon');
    await core.operations.cancel(id);
    expect((await ended(core, id)).outcome).toEqual({ kind: 'cancelled' });
  });

  it('that an inhibitor refuses is a failure, and the host goes on', async () => {
    await writeFile(host.path('/scripted/inhibited'), '');
    expect((await run()).outcome).toMatchObject({ kind: 'failed', failure: { code: 'operation.failed' } });
    await rm(host.path('/scripted/inhibited'));
  });

  it('of everything but the kernel keeps the boot id, and is seen all the same', async () => {
    const { id } = await start({ verb: 'soft-reboot' });
    const bootId = await host.bootId();
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'rebooted', version: '42.2' });
    expect(await host.bootId()).toBe(bootId);
  });

  it('never runs twice: a Berth that is killed while the host is down leaves it to the next', async () => {
    await stage();
    await host.setScenario({ boots: 'never' });
    const asked = async () => (await host.calls()).filter((call) => call.startsWith('shutdown -r now')).length;
    const before = await asked();
    const { id } = await start();
    await reached(core, id, 'rebooting');
    await core.dispose();
    const other = await startOtherBerth(workspace, host, null);
    await other.said(/^ready$/);
    await other.kill();
    await host.setScenario({ boots: 'well' });
    await host.powerOn();
    core = await workspace.openCore();
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'rebooted', version: '42.3' });
    expect((await asked()) - before).toBe(1);
  });

  it.each([/^starting /, /^running attached$/, /^rebooting attached$/, /^rebooting detached$/, /^verifying /])(
    'goes on whenever Berth is killed, here at %s, and is run once at most',
    async (transition) => {
      await stage();
      const asked = async () => (await host.calls()).filter((call) => call.startsWith('shutdown -r now')).length;
      const before = await asked();
      await core.dispose();
      const killed = await startOtherBerth(workspace, host, hostId, REBOOT);
      await Promise.race([killed.said(transition), killed.said(/^ended /)]);
      await killed.kill();
      // Whoever comes next follows it by itself, whether the host is there at the moment or not.
      core = await workspace.openCore();
      const id = (await core.operations.list({ hostId, hostName: null, before: null, limit: 1 }))[0]!.id;
      const { outcome } = await ended(core, id);
      // Killed before the host was asked, nobody asks it any more.
      const times = (await asked()) - before;
      if (times === 0) expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'operation.start-failed' } });
      else expect([times, outcome]).toEqual([1, expect.objectContaining({ kind: 'rebooted', version: '42.3' })]);
    },
  );

  it('whose host never returns is not known, until it is back', async () => {
    const past = Date.now() + 24 * 3600_000;
    let late = false;
    await core.dispose();
    core = await workspace.openCore(() => (late ? past : Date.now()));
    await core.hosts.connect(hostId, 'user');
    await host.setScenario({ boots: 'never' });
    const { id } = await start();
    await vi.waitFor(async () => expect((await core.operations.get(id)).reboot?.goneAt).not.toBeNull(), PATIENCE);
    late = true;
    expect((await ended(core, id)).outcome).toMatchObject({
      kind: 'unknown',
      failure: { code: 'operation.host-gone' },
    });
    late = false;
    await host.powerOn();
    core.hosts.connectAndRead(hostId, 'user');
    await vi.waitFor(
      async () => expect((await core.operations.get(id)).outcome).toMatchObject({ kind: 'rebooted', version: '42.2' }),
      PATIENCE,
    );
  });
});
