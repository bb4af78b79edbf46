import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import {
  addHost,
  ended,
  expectExactMirror,
  inputFor,
  makeWorkspace,
  PATIENCE,
  reached,
  standsAt,
  startVerb,
  type Workspace,
} from './harness.ts';

const LOG_BYTES = 1024 * 1024;
/** A history in which every line and every file is what was written. */
const SOUND = { firstBroken: null, differingTotal: 0 };

describeWith(...scriptedHostNeeds)('a full disk on the workstation', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let core: Core;
  let hostId: string;
  const ballast = () => join(workspace.dataDir, 'ballast');
  beforeAll(async () => {
    host = await startScriptedHost({ hugeLogBytes: LOG_BYTES });
    workspace = await makeWorkspace(host);
    await mkdir(workspace.dataDir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'berth-test', workspace.dataDir]);
    core = await workspace.openCore();
    hostId = await addHost(core, host);
  });
  afterAll(async () => {
    await core.dispose();
    execFileSync('umount', ['--lazy', workspace.dataDir]);
    await workspace.remove();
    await host.stop();
  });

  const proof = () => core.history.verify(new AbortController().signal);

  async function fill(): Promise<void> {
    const file = await open(ballast(), 'w');
    const page = Buffer.alloc(4096);
    try {
      for (;;) await file.appendFile(page);
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    } finally {
      await file.close();
    }
  }
  const failureOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BerthError);
    return (error as BerthError).failure;
  };

  it('an operation goes on, is told not to be kept, and is complete once there is room', async () => {
    await host.hold('begin');
    const { id } = await startVerb(core, hostId);
    await reached(core, id, 'running');
    await standsAt(host, 'begin');
    await fill();
    await host.release('begin');

    // The host goes on alone, to its end.
    await vi.waitFor(() => expect(existsSync(host.path(`/run/berth/${id}/exit-code`))).toBe(true), PATIENCE);
    const shown = () => core.operations.running(hostId)?.operation;
    await vi.waitFor(() => expect(shown()).toMatchObject({ phase: 'running', attached: false }), PATIENCE);
    const { text, remedy } = describe(shown()!.detachedBecause!);
    expect([text, remedy]).toEqual([
      expect.stringMatching(new RegExp(`^${workspace.dataDir}/.* cannot be written: ENOSPC: no space left on device`)),
      'Check the free space and the permissions.',
    ]);
    expect(await failureOf(core.inventory.add(inputFor(host, 'guest')))).toMatchObject({ code: 'store.write-failed' });
    expect(core.inventory.list()).toHaveLength(1);

    await rm(ballast());
    expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged', version: '42.3' });
    expect(await host.calls()).toHaveLength(1);
    await expectExactMirror(workspace, host, id);
    await vi.waitFor(async () => expect(await proof()).toMatchObject({ ...SOUND, operations: 1 }), PATIENCE);
  });

  it('an operation that cannot be kept is not begun, and leaves nothing behind', async () => {
    await host.setScenario({ hugeLogBytes: 0 });
    await core.hosts.readFacts(hostId);
    await fill();
    const before = await host.calls();
    expect(await failureOf(startVerb(core, hostId, { verb: 'rollback' }))).toMatchObject({
      code: 'store.write-failed',
    });
    expect(core.operations.running(hostId)).toBeNull();
    expect(await host.calls()).toEqual(before);
    await rm(ballast());
    const { id } = await startVerb(core, hostId, { verb: 'rollback' });
    expect((await ended(core, id)).outcome).toEqual({ kind: 'done' });
    const all = await core.operations.list({ hostId, hostName: null, before: null, limit: 10 });
    expect(all.map(({ plan }) => plan.request.verb)).toEqual(['rollback', 'upgrade']);
  });

  it('and the next Berth finds the same history', async () => {
    await core.dispose();
    core = await workspace.openCore();
    const all = await core.operations.list({ hostId, hostName: null, before: null, limit: 10 });
    expect(all.map(({ outcome }) => outcome?.kind)).toEqual(['done', 'staged']);
    expect(await proof()).toMatchObject({ ...SOUND, operations: 2 });
  });
});
