import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { CheckName } from '../../../shared/model/preflight.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { addHost, ended, makeWorkspace, startVerb, type Workspace } from './harness.ts';

const UPGRADE = { verb: 'upgrade' } as const;

/** One host and one core; the tests leave both as they found them. */
describeWith(...scriptedHostNeeds)('a pre-flight over a real sshd', () => {
  let host: ScriptedHost;
  let workspace: Workspace;
  let core: Core;
  let hostId: string;
  beforeAll(async () => {
    host = await startScriptedHost();
    workspace = await makeWorkspace(host);
    core = await workspace.openCore();
    hostId = await addHost(core, host);
  }, 60_000);
  afterAll(async () => {
    await workspace.remove();
    await host.stop();
  });

  const check = async (name: CheckName) =>
    (await core.operations.preflight({ hostId, request: UPGRADE })).checks.find((each) => each.name === name);
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof BerthError ? error.failure.code : error),
    );

  it('finds root, the registry and no other operation', async () => {
    const { checks } = await core.operations.preflight({ hostId, request: UPGRADE });
    expect(checks.filter(({ result }) => result === 'fail')).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['privilege', 'lock', 'registry', 'clock']));
    expect(await check('clock')).toMatchObject({ result: 'pass' });
  });

  it('refuses to start while the registry is out of reach, whatever was confirmed', async () => {
    await writeFile(host.path('/scripted/registry-gone'), '');
    expect(await check('registry')).toMatchObject({ result: 'fail' });
    expect(await codeOf(startVerb(core, hostId))).toBe('operation.preflight');
    expect(await host.calls()).toEqual([]);
    await rm(host.path('/scripted/registry-gone'));
  });

  it('asks once more when it starts: a warning that nobody has seen stops it', async () => {
    const login = host.path('/etc/ostree/auth.json');
    await mkdir(dirname(login), { recursive: true });
    await writeFile(login, '{}');
    const request = {
      verb: 'switch',
      image: { image: 'elsewhere.example.com/acme/os:1', transport: 'registry', signature: null },
      retain: false,
      enforcePolicy: false,
    } as const;
    const plan = await core.operations.plan({ hostId, request });
    expect(await codeOf(core.operations.start(plan))).toBe('operation.preflight-unconfirmed');
    expect(await host.calls()).toEqual([]);
    await rm(login);
  });

  it('names the operation of another workstation', async () => {
    // Read before: while something holds the lock, bootc does not answer at all.
    const elsewhere = await makeWorkspace(host);
    const other = await elsewhere.openCore();
    const there = await addHost(other, host);
    await host.hold('begin');
    const { id } = await startVerb(core, hostId);
    await expect.poll(() => host.isHeld('begin'), { timeout: 20_000 }).toBe(true);
    const { checks } = await other.operations.preflight({ hostId: there, request: UPGRADE });
    expect(checks.find(({ name }) => name === 'lock')).toMatchObject({
      result: 'fail',
      text: 'An operation of Berth runs on this host: upgrade, started by tester@testbed.',
    });
    await host.release('begin');
    await ended(core, id);
    await elsewhere.remove();
  });
});
