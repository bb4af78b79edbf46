import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { expectPredicted } from '../../support/predicted.ts';
import { releases, startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { firstState, rollback, setLocked, upgrade } from '../../support/scripted-host/tools/model.mjs';
import { addHost, ended, makeWorkspace, startVerb, type Workspace } from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

const IMAGE = { image: 'registry.example.com/acme/os:stable', transport: 'registry' };
const FRESH = firstState({ image: IMAGE, booted: releases.booted, rollback: releases.old });

// One host for all: what a test changes is put back before the next.
describeWith(...scriptedHostNeeds)('verbs of a bootc host', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let core: Core;
  let hostId: string;

  beforeAll(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
    core = await workspace.openCore();
    hostId = await addHost(core, host, 'admin');
  });
  afterAll(async () => {
    await workspace.remove();
    await host.stop();
  });
  beforeEach(async () => {
    await host.changeState(() => FRESH);
    await host.setScenario({ registry: releases.next, fails: null, boundImageFails: false });
    await core.hosts.readFacts(hostId);
  });

  async function run(request: VerbRequest): Promise<Operation> {
    await core.hosts.readFacts(hostId);
    const operation = await ended(core, (await startVerb(core, hostId, request)).id);
    const { before } = operation.plan;
    const reference = request.verb === 'switch' ? request.image : before.deployments.tracked;
    const { digest, version } = releases.next;
    const pulled = reference && { reference, digest, version, timestamp: null, architecture: null };
    if (operation.after) expectPredicted(before.deployments, request, pulled, operation.after.deployments);
    return operation;
  }
  const refused = async (request: VerbRequest) => {
    await core.hosts.readFacts(hostId);
    return core.operations.plan({ hostId, request }).then(
      () => null,
      (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
    );
  };
  async function now(): Promise<DeploymentSet> {
    const set = valueOf((await core.hosts.readFacts(hostId)).deployments);
    if (!set) throw new Error('The deployments are not known');
    return set;
  }
  const callsOf = async (before: readonly string[]) => (await host.calls()).slice(before.length);

  it('download only, then apply the downloaded', async () => {
    expect(await refused({ verb: 'apply-download' })).toBe('operation.nothing-downloaded');
    expect((await run({ verb: 'download' })).outcome).toMatchObject({ kind: 'downloaded', version: '42.3' });
    expect((await now()).staged).toMatchObject({ version: '42.3', downloadOnly: true });
    expect((await run({ verb: 'download' })).outcome).toEqual({ kind: 'no-change' });
    expect((await run({ verb: 'apply-download' })).outcome).toMatchObject({ kind: 'staged', version: '42.3' });
    expect((await now()).staged).toMatchObject({ downloadOnly: false });
  });

  it('switch: options go by words, the outcome by what is staged', async () => {
    const image = { image: 'quay.io/acme/other:2', transport: 'registry', signature: 'containerPolicy' };
    const before = await host.calls();
    const operation = await run({ verb: 'switch', image, retain: true, enforcePolicy: true });
    expect(operation.outcome).toMatchObject({ kind: 'staged', version: '42.3' });
    expect(await callsOf(before)).toEqual([
      'switch --retain --enforce-container-sigpolicy --progress-fd 3 quay.io/acme/other:2',
    ]);
    expect((await now()).tracked).toMatchObject(image);
    expect(await refused({ verb: 'switch', image, retain: false, enforcePolicy: true })).toBe('operation.same-image');
    for (const bad of ['--help', 'quay.io/Acme/os', 'a b', '$(reboot)', "x';reboot'"]) {
      expect(
        await refused({ verb: 'switch', image: { ...image, image: bad }, retain: false, enforcePolicy: false }),
      ).toBe('input.image-reference');
    }
  });

  it('rollback is a toggle, and is never toggled back by a repeat', async () => {
    const before = await host.calls();
    const operation = await run({ verb: 'rollback' });
    expect(operation.outcome).toEqual({ kind: 'done' });
    expect((await now()).rollbackQueued).toBe(true);
    expect(await refused({ verb: 'rollback' })).toBe('operation.rollback-queued');
    // The same plan again, as after an answer that was lost: it is the same operation, and nothing is run.
    expect((await core.operations.start(operation.plan)).id).toBe(operation.id);
    expect(await callsOf(before)).toEqual(['rollback']);
    expect((await run({ verb: 'undo-rollback' })).outcome).toEqual({ kind: 'done' });
    expect((await now()).rollbackQueued).toBe(false);
    expect(await refused({ verb: 'undo-rollback' })).toBe('operation.no-queued-rollback');
  });

  it('rollback that another admin queued between plan and unit is not toggled back', async () => {
    await host.hold('status');
    const plan = core.operations.plan({ hostId, request: { verb: 'rollback' } });
    await host.release('status');
    const started = await core.operations.start(await plan);
    // By hand, in the time that the unit needs to begin; whichever comes first, the rollback is queued.
    await host.changeState((state) => (state.deployments[0]?.id === state.bootedId ? rollback(state).state : state));
    const { outcome } = await ended(core, started.id);
    expect(['done', 'no-change']).toContain(outcome?.kind);
    expect((await now()).rollbackQueued).toBe(true);
  });

  it('a rollback deletes what is staged, and does so only when that is confirmed', async () => {
    await host.changeState((state) => upgrade(state, releases.next).state);
    await core.hosts.readFacts(hostId);
    const plan = await core.operations.plan({ hostId, request: { verb: 'rollback' } });
    expect(describePlan(plan).losses).toEqual(['Staged 42.3 is deleted.']);
    await expect(core.operations.start(plan)).rejects.toMatchObject({
      failure: {
        code: 'operation.preflight-unconfirmed',
        params: { found: '42.3 is staged, and a rollback deletes it.' },
      },
    });
    expect((await now()).staged).not.toBeNull();
    const started = await core.operations.start(plan, { confirmed: ['staged'] });
    expect((await ended(core, started.id)).outcome).toEqual({ kind: 'done' });
    expect(await now()).toMatchObject({ staged: null, rollbackQueued: true });
  });

  it('pins, unpins, removes and unstages by id, whatever the index is by now', async () => {
    await host.changeState((state) => upgrade(state, releases.next).state);
    const { booted, rollback: old, staged } = await now();
    const [bootedId = '', oldId = '', stagedId = ''] = [booted?.id, old?.id, staged?.id];
    expect(await refused({ verb: 'pin', deployment: stagedId })).toBe('operation.pin-staged');
    expect((await run({ verb: 'pin', deployment: oldId })).outcome).toEqual({ kind: 'done' });
    expect((await now()).rollback).toMatchObject({ id: oldId, pinned: true });
    expect(await refused({ verb: 'remove', deployment: oldId })).toBe('operation.pinned');
    expect(await refused({ verb: 'remove', deployment: bootedId })).toBe('operation.deployment-booted');
    expect((await run({ verb: 'unpin', deployment: oldId })).outcome).toEqual({ kind: 'done' });
    expect((await run({ verb: 'unstage' })).outcome).toEqual({ kind: 'done' });
    expect((await now()).staged).toBeNull();
    expect((await run({ verb: 'remove', deployment: oldId })).outcome).toEqual({ kind: 'done' });
    expect(await now()).toMatchObject({ booted: { id: bootedId }, rollback: null });
    expect(await refused({ verb: 'rollback' })).toBe('operation.no-rollback');
    expect(await refused({ verb: 'remove', deployment: oldId })).toBe('operation.deployment-unknown');
  });

  it('usr-overlay once, clean-up whenever', async () => {
    expect((await run({ verb: 'usr-overlay' })).outcome).toEqual({ kind: 'done' });
    expect(await refused({ verb: 'usr-overlay' })).toBe('operation.overlay-there');
    expect((await run({ verb: 'clean-up' })).outcome).toEqual({ kind: 'done' });
  });

  it('pauses and resumes automatic updates by a mask', async () => {
    expect(await refused({ verb: 'pause-updates' })).toBe('operation.no-timer');
    await host.setTimer('enabled');
    const before = await host.calls();
    expect((await run({ verb: 'pause-updates' })).outcome).toEqual({ kind: 'done' });
    expect(await refused({ verb: 'pause-updates' })).toBe('operation.timer-paused');
    expect((await run({ verb: 'resume-updates' })).outcome).toEqual({ kind: 'done' });
    expect(await callsOf(before)).toEqual([
      'systemctl mask --now bootc-fetch-apply-updates.timer',
      'systemctl unmask bootc-fetch-apply-updates.timer',
      'systemctl start bootc-fetch-apply-updates.timer',
    ]);
    await host.setTimer(null);
  });

  it('kernel arguments want a newer bootc than the host has', async () => {
    expect(await refused({ verb: 'kernel-arguments', append: ['quiet'], remove: [] })).toBe('operation.too-old');
  });

  it('the check says “no changes” while something is staged, and Berth says what is so', async () => {
    await host.changeState((state) => upgrade(state, releases.next).state);
    expect((await run({ verb: 'check' })).outcome).toMatchObject({ kind: 'already-staged', version: '42.3' });
    await host.changeState((state) => setLocked(state, true));
    expect((await run({ verb: 'upgrade' })).outcome).toMatchObject({ kind: 'staged', version: '42.3' });
  });

  it('the timer undoes a queued rollback: a reboot planned before is not started, the new plan says what is lost', async () => {
    await host.changeState((state) => rollback(state).state);
    await core.hosts.readFacts(hostId);
    const request = { verb: 'reboot', delayMinutes: 0, message: '' } as const;
    const plan = await core.operations.plan({ hostId, request });
    expect(describePlan(plan).target).toMatch(/^42\.1 /);
    await host.changeState((state) => upgrade(state, releases.next).state);
    await expect(core.operations.start(plan)).rejects.toMatchObject({ failure: { code: 'operation.plan-outdated' } });
    const anew = describePlan(await core.operations.plan({ hostId, request }));
    expect(anew.target).toMatch(/^42\.3 /);
    expect(anew.losses).toContain('The queued rollback to 42.1 does not happen.');
  });

  it('a bound image that fails leaves the update staged, and it boots', async () => {
    await host.setScenario({ boundImageFails: true });
    const { outcome } = await run({ verb: 'upgrade' });
    expect(outcome).toMatchObject({ kind: 'failed', staged: true, failure: { code: 'operation.bound-image' } });
  });
});
