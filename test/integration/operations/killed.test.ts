import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';
import { releases, startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { firstState } from '../../support/scripted-host/tools/model.mjs';
import { addHost, ended, makeWorkspace, PATIENCE, startOtherBerth, type Workspace } from './harness.ts';

const IMAGE = { image: 'registry.example.com/acme/os:stable', transport: 'registry' };
const OTHER = { image: 'quay.io/acme/other:2', transport: 'registry', signature: null };
const FRESH = firstState({ image: IMAGE, booted: releases.booted, rollback: releases.old });
/** Started, running, verifying, ended: an operation that goes well keeps so many states at least. */
const LEAST_STATES = 4;

// One host for all; its state is put back before each.
describeWith(...scriptedHostNeeds)('Berth, killed at each state that it keeps', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let hostId: string;
  beforeAll(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
    const core = await workspace.openCore();
    hostId = await addHost(core, host);
    await core.dispose();
  });
  afterAll(async () => {
    await workspace.remove();
    await host.stop();
  });

  /** Runs a verb in a Berth that dies at a state, and lets the next one end it. Whether that was the last state. */
  async function dieAt(state: number, request: VerbRequest, proven: object): Promise<boolean> {
    await host.changeState(() => FRESH);
    const before = (await host.calls()).length;
    const dying = await startOtherBerth(workspace, host, hostId, request, state);
    await vi.waitFor(() => expect(dying.hasEnded()).toBe(true), PATIENCE);
    const core = await workspace.openCore();
    const [newest] = await core.operations.list({ hostId, hostName: null, before: null, limit: 1 });
    const operation = await ended(core, newest!.id);
    await core.dispose();
    const calls = (await host.calls()).slice(before);
    // Killed before the host was asked, nobody asks it any more.
    if (calls.length === 0) {
      expect(operation.outcome).toMatchObject({ kind: 'failed', failure: { code: 'operation.start-failed' } });
    } else {
      expect([state, calls.length, operation.outcome]).toEqual([state, 1, expect.objectContaining(proven)]);
    }
    return dying.lines.some((line) => line.startsWith('ended '));
  }

  const STAGED = { kind: 'staged', version: '42.3' };
  it.each<[string, VerbRequest, object]>([
    ['an upgrade', { verb: 'upgrade' }, STAGED],
    ['a switch', { verb: 'switch', image: OTHER, retain: false, enforcePolicy: false }, STAGED],
    ['a rollback, which is a toggle', { verb: 'rollback' }, { kind: 'done' }],
  ])('during %s: the next one ends it, and the host is asked once at most', async (_, request, proven) => {
    let state = 1;
    while (!(await dieAt(state, request, proven))) state += 1;
    expect(state).toBeGreaterThanOrEqual(LEAST_STATES);
  });
});
