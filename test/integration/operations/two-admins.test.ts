import { afterAll, beforeAll, expect, it } from 'vitest';
import { statusCommand } from '../../../electron/cli/status-command.ts';
import type { Core } from '../../../electron/core/create-core.ts';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { addHost, ended, makeWorkspace, standsAt, startVerb, type Workspace } from './harness.ts';

/** Two workstations with data folders of their own, which know of each other only through the host. */
describeWith(...scriptedHostNeeds)('two admins at once', () => {
  let host: ScriptedHost;
  let workspaces: readonly [Workspace, Workspace];
  let here: Core;
  let there: Core;
  let ids: readonly [string, string];
  beforeAll(async () => {
    host = await startScriptedHost();
    workspaces = [await makeWorkspace(host), await makeWorkspace(host)];
    here = await workspaces[0].openCore();
    there = await workspaces[1].openCore();
    ids = [await addHost(here, host), await addHost(there, host, 'admin')];
  });
  afterAll(async () => {
    for (const workspace of workspaces) await workspace.remove();
    await host.stop();
  });

  const textOf = (work: Promise<unknown>) =>
    work.then(
      () => 'not refused',
      (error: unknown) => (error instanceof BerthError ? describe(error.failure).text : String(error)),
    );
  const RUNS = 'An operation of Berth runs on this host: upgrade, started by tester@testbed.';

  it('one changes the host at a time: the other is refused and told who and what, with old facts and with new ones', async () => {
    const request = { verb: 'upgrade' } as const;
    const planned = await there.operations.plan({ hostId: ids[1], request });
    await host.hold('begin');
    const { id } = await startVerb(here, ids[0]);
    await standsAt(host, 'begin');

    // What was planned before it began is not started; nor is anything else planned.
    expect(await textOf(there.operations.start(planned))).toBe(RUNS);
    expect(await textOf(there.operations.plan({ hostId: ids[1], request: { verb: 'rollback' } }))).toBe(RUNS);
    expect(await textOf(there.operations.preflight({ hostId: ids[1], request }))).toBe(RUNS);
    expect(await host.calls()).toHaveLength(1);

    // What the page and the command line have of it; root is not needed for that.
    expect(valueOf(there.hosts.facts(ids[1])!.operations)).toEqual([
      { id, verb: 'upgrade', startedBy: 'tester@testbed' },
    ]);
    expect(there.fleet.row(ids[1])?.condition).toMatchObject({
      code: 'operation-running',
      text: 'Upgrading, by tester@testbed',
    });

    await host.release('begin');
    expect((await ended(here, id)).outcome).toMatchObject({ kind: 'staged' });
  });

  it('`berth status` of the other says it', async () => {
    await host.hold('begin');
    const { id } = await startVerb(here, ids[0], { verb: 'check' });
    await standsAt(host, 'begin');
    let out = '';
    const write = (text: string) => void (out += text);
    const terminal = { out: write, err: write, progress: () => undefined, isOutTerminal: false, person: null };
    // A command line connects anew.
    there.hosts.disconnect(ids[1]);
    await statusCommand(there, terminal, { hosts: [], json: false });
    expect(out).toMatch(/Checking for update, by tester@testbed/);
    await host.release('begin');
    await ended(here, id);
  });

  it('when it has ended, the other may', async () => {
    expect((await ended(there, (await startVerb(there, ids[1], { verb: 'rollback' })).id)).outcome).toEqual({
      kind: 'done',
    });
    expect(there.fleet.row(ids[1])?.condition).toMatchObject({ code: 'rollback-queued' });
  });
});
