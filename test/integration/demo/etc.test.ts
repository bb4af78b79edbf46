import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Core } from '../../../electron/core/create-core.ts';
import { createDemoWorkspaces, type DemoWorkspaces } from '../../../electron/core/demo-workspaces.ts';
import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';
import { outcomeWords, whatWords } from '../../../shared/logic/history-words.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import { nativeDir } from '../../support/demo-fleet.ts';
import { failureOf } from '../ssh/harness.ts';

let dir: string;
let workspaces: DemoWorkspaces;
let core: Core;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-demo-etc-'));
  const options = { dataDir: dir, nativeDir, user: 'tester', workstation: 'here' };
  workspaces = createDemoWorkspaces(options, (demo) => startDemoFleet({ ...demo, pace: 0.1 }));
  ({ core } = await workspaces.enter(24));
});
afterAll(async () => {
  await workspaces.dispose();
  await rm(dir, { recursive: true, force: true });
});

function idOf(name: string): string {
  return core.inventory.list().find((host) => host.name === name)?.id ?? '';
}

const rowOf = (name: string) => core.fleet.row(idOf(name));

async function textOf(name: string, side: EtcSide, path: string, reveal = false): Promise<string> {
  const hostId = idOf(name);
  const asked = { hostId, view: 'staged' as const, side, path, offset: 0, length: 10_000, reveal };
  return Buffer.from((await core.etc.content(asked)).base64, 'base64').toString();
}

describe('/etc of simulated hosts through the real core', () => {
  it('is compared once something staged is seen on a host, and the fleet says what blocks', async () => {
    expect(rowOf('web-04.ber')?.etc).toBeNull();
    core.hosts.connectAndRead(idOf('web-04.ber'), 'user');
    await vi.waitFor(() => expect(rowOf('web-04.ber')?.etc).not.toBeNull(), { timeout: 20_000, interval: 20 });
    expect(rowOf('web-04.ber')).toMatchObject({
      etc: { blockers: 1, masked: 3, isTransient: false },
      condition: { code: 'etc-blocked' },
      nextBoot: { sign: 'blocked' },
    });
    expect(core.fleet.detail(idOf('web-04.ber'))?.etcBlockers).toMatchObject([{ path: '/etc/acme/agent.conf' }]);
  });

  it('warns before a reboot that would lose the update', async () => {
    const request = { verb: 'reboot', delayMinutes: 0, message: '' } as const;
    const { checks } = await core.operations.preflight({ hostId: idOf('web-04.ber'), request });
    const check = checks.find(({ name }) => name === 'etc-merge');
    expect(check).toMatchObject({ result: 'warn' });
    expect(check?.text).toContain('/etc/acme/agent.conf');
  });

  it('is read in pieces, each version by itself', async () => {
    await core.etc.compare({ hostId: idOf('web-04.ber'), view: 'staged' });
    expect(core.etc.last({ hostId: idOf('web-04.ber'), view: 'staged' })?.target?.version).toBe('2.15.0');
    expect(await textOf('web-04.ber', 'base', 'chrony.conf')).toContain('pool 2.rhel.pool.ntp.org iburst\n');
    expect(await textOf('web-04.ber', 'local', 'chrony.conf')).toContain('server ntp1.ber.acme.example iburst\n');
    expect(await textOf('web-04.ber', 'target', 'chrony.conf')).toContain('iburst maxsources 4\n');
  });

  it('gives a secret only to who asks for it, and the history says who did, not what it was', async () => {
    const key = 'ssh/ssh_host_ed25519_key';
    expect(await failureOf(textOf('web-04.ber', 'local', key))).toMatchObject({ code: 'etc.secret' });
    const secret = (await textOf('web-04.ber', 'local', key, true)).trim();
    expect(secret).toContain('simulated private key');
    const { entries } = await core.history.list({ filter: 'verb:etc-reveal', hostId: null, offset: 0, limit: 10 });
    expect(entries).toMatchObject([
      { kind: 'etc-reveal', reveal: { hostName: 'web-04.ber', side: 'local', path: key, by: 'tester@here' } },
    ]);
    expect(entries.map((entry) => [whatWords(entry), outcomeWords(entry)])).toEqual([
      ['Secret shown', `/etc/${key} was shown, as it is on the host; what is in it is not kept.`],
    ]);
    const { text } = await core.history.export({ filter: '', hostId: null, format: 'csv' });
    expect(text).toContain(`/etc/${key}`);
    // In no file that Berth has written.
    const { dataDir } = core.options;
    for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(secret);
    }
  });

  it('hides what the rules call noise, for the fleet or for one host', async () => {
    const hostId = idOf('web-04.ber');
    const before = core.etc.summary(hostId);
    await core.etc.setRules(hostId, { hidden: [...core.etc.rules(null).defaults.hidden, 'chrony.conf', 'acme/'] });
    const after = core.etc.last({ hostId, view: 'staged' });
    expect(after?.entries.find(({ path }) => path === 'chrony.conf')?.noise).toBe('chrony.conf');
    // What is hidden blocks all the same.
    expect(core.etc.summary(hostId)).toMatchObject({ masked: (before?.masked ?? 0) - 1, blockers: 1 });
    await core.etc.setRules(hostId, null);
    expect(core.etc.summary(hostId)).toMatchObject({ masked: before?.masked });
    expect(await failureOf(core.etc.setRules('nobody', null))).toMatchObject({ code: 'input.host-unknown' });
  });

  it('remembers when a path was first seen to be changed', async () => {
    const changes = await core.etc.changes(idOf('web-04.ber'), 'chrony.conf', 10);
    expect(changes).toMatchObject([{ path: 'chrony.conf', change: 'content', since: null }]);
    expect(changes[0]?.before?.hash).not.toBe(changes[0]?.after?.hash);
  });

  it('says why there is nothing to compare with', async () => {
    const of = (name: string, view: 'staged' | 'drift') => failureOf(core.etc.compare({ hostId: idOf(name), view }));
    expect(await of('web-01.ber', 'staged')).toMatchObject({ code: 'etc.no-target' });
    expect(await of('legacy-app-02', 'drift')).toMatchObject({ code: 'facts.not-image-mode' });
    expect(await failureOf(core.etc.compare({ hostId: 'nobody', view: 'drift' }))).toMatchObject({
      code: 'input.host-unknown',
    });
  });
});
