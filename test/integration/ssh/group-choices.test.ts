import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCore, type Core } from '../../../electron/core/create-core.ts';
import { createRouter } from '../../../electron/core/router/create-router.ts';
import type { Session } from '../../../electron/core/sessions.ts';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import { nativeDir } from '../../support/demo-fleet.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';

let dir: string;
let core: Core;
let sshd: TestSshd;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-choices-'));
  sshd = await startSshd();
  const userKnownHosts = join(dir, 'known_hosts');
  const userFile = join(dir, 'config');
  await writeFile(userKnownHosts, `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`);
  const lines = ['Host box', 'HostName 127.0.0.1', `Port ${String(sshd.port)}`, `User ${sshd.user}`];
  const text = [...lines, `IdentityFile ${sshd.keyFile}`, `UserKnownHostsFile ${userKnownHosts}`, ''].join('\n');
  await writeFile(userFile, text, { mode: 0o600 });
  const config = { userFile, systemFile: null, systemFolder: dir, program: 'ssh', isUsual: false };
  core = await createCore({
    ...{ dataDir: join(dir, 'data'), nativeDir, user: 'me', workstation: 'here' },
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null, config },
  });
});
afterEach(async () => {
  await core.dispose();
  await sshd.stop();
  await rm(dir, { recursive: true, force: true });
});

const page = () =>
  createRouterClient(createRouter(), { context: { session: { core: () => core } as unknown as Session } });

/** Connects anew, and resolves with the way that it went. */
async function reconnect(id: string): Promise<ConnectionPath | undefined> {
  const { host } = page();
  await host.disconnect({ id });
  await host.connect({ id });
  return vi.waitFor(() => {
    const state = core.hosts.state(id)?.connection;
    if (state?.kind !== 'connected') throw new Error(`It is ${String(state?.kind)}`);
    return state.path;
  }, 20_000);
}

describeWith(...sshdNeeds, 'ssh')('how a host is reached', () => {
  it('is as the host says, else its group, else the settings, from one connection to the next', async () => {
    const { host, group, settings } = page();
    const input = {
      name: 'box',
      address: 'box',
      port: null,
      user: null,
      keyFile: null,
      group: 'web',
      tags: [],
      note: '',
    };
    const { id } = await host.add({ host: { ...input, source: null } });
    expect(await reconnect(id)).toMatchObject({ transport: 'built-in', reason: 'enough', resolvedBy: 'ssh -G' });

    await group.set({ name: 'web', transport: 'openssh', privilege: 'none' });
    expect(core.hosts.state(id)?.choices).toMatchObject({ transport: { by: 'group' }, privilege: { value: 'none' } });
    expect(await reconnect(id)).toMatchObject({ transport: 'openssh', reason: 'fixed' });

    await host.update({ id, host: { ...input, source: null, transport: 'built-in' } });
    expect(await reconnect(id)).toMatchObject({ transport: 'built-in', reason: 'fixed' });

    // Nothing is said of the host and of its group any more.
    await host.update({ id, host: { ...input, source: null } });
    await group.set({ name: 'web' });
    await settings.set({ ...(await settings.get()), transport: 'openssh' });
    expect(core.hosts.state(id)?.choices.transport).toEqual({ value: 'openssh', by: 'default' });
    expect(await reconnect(id)).toMatchObject({ transport: 'openssh', reason: 'fixed' });
  });
});
