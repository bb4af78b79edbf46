import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createHostRegistry, type HostRegistry } from '../../../../electron/core/hosts/host-registry.ts';
import type { Inventory } from '../../../../electron/core/hosts/inventory.ts';
import { createEmitter } from '../../../../electron/core/emitter.ts';
import { silentLog } from '../../../../electron/core/log/file-log.ts';
import { createPromptBroker, type PromptBroker } from '../../../../electron/core/prompts/prompt-broker.ts';
import type { ConnectionPool } from '../../../../electron/core/ssh/connection-pool.ts';
import type { SshConnection, SshPlace } from '../../../../electron/core/ssh/ssh-connection.ts';
import { BerthError } from '../../../../shared/errors/failure.ts';
import type { ConnectionState } from '../../../../shared/model/connection.ts';
import { connectChoices } from '../../../../shared/logic/connect-choices.ts';
import type { GroupSettings } from '../../../../shared/model/group.ts';
import type { Host } from '../../../../shared/model/host.ts';
import type { Settings } from '../../../../shared/model/settings.ts';
import { sessionSecrets } from '../../../support/secrets.ts';
import { pathTo, placeOf, routeOf } from '../../../support/ssh-places.ts';

const makeHost = (id: string, changes: Partial<Host> = {}): Host => ({
  id,
  name: id,
  address: `${id}.example`,
  port: 22,
  user: 'admin',
  keyFile: null,
  group: null,
  tags: [],
  note: '',
  source: null,
  createdAt: 0,
  ...changes,
});

/** A pool that notes what is asked of it, and connects nothing. */
function notingPool() {
  const calls: string[] = [];
  const states = new Map<string, ConnectionState>();
  const connections = new Map<string, SshConnection>();
  const changed = createEmitter<string>();
  const to = (hostId: string, state: ConnectionState) => {
    states.set(hostId, state);
    changed.emit(hostId);
  };
  const pool: ConnectionPool = {
    state: (hostId) => states.get(hostId) ?? { kind: 'idle' },
    onState: changed.subscribe,
    another: (hostId) => Promise.reject(new BerthError('ssh.closed', { address: hostId })),
    connect({ hostId, address }, reason) {
      calls.push(`connect ${address} ${reason}`);
      to(hostId, { kind: 'connecting' });
      return Promise.reject(new BerthError('ssh.refused', { address, port: 22 }));
    },
    want({ hostId, address, transport }) {
      calls.push(`want ${address}${transport === 'auto' ? '' : ` over ${transport}`}`);
      to(hostId, { kind: 'connecting' });
    },
    unwant: (hostId) => void calls.push(`unwant ${hostId}`),
    wake: () => undefined,
    current: (hostId) => connections.get(hostId) ?? null,
    disconnect(hostId) {
      calls.push(`disconnect ${hostId}`);
      to(hostId, { kind: 'idle' });
    },
    forget: (hostId) => void calls.push(`forget ${hostId}`),
    dispose: () => undefined,
  };
  /** A connection that has come about, to this place; it runs nothing. */
  function connected(hostId: string, place: SshPlace): void {
    connections.set(hostId, {
      target: place,
      path: pathTo(place),
      latencyMs: 1,
      closed: false,
      exec: () => Promise.reject(new BerthError('ssh.channel-refused', { address: place.address })),
      shell: () => Promise.reject(new BerthError('ssh.channel-refused', { address: place.address })),
      prove: () => undefined,
      onClose: () => () => undefined,
      close: () => undefined,
    });
    to(hostId, { kind: 'connected', since: 0, latencyMs: 1 });
  }
  return { pool, calls, connected };
}

describe('the host registry', () => {
  let hosts: Host[];
  let prompts: PromptBroker;
  let registry: HostRegistry;
  let noted: ReturnType<typeof notingPool>;
  let groups: readonly GroupSettings[];
  let defaults: Pick<Settings, 'transport' | 'privilege'>;
  let inventoryChanged: ReturnType<typeof createEmitter<void>>;

  beforeEach(() => {
    groups = [];
    defaults = { transport: 'auto', privilege: 'auto' };
    hosts = Array.from({ length: 30 }, (_, index) => makeHost(`host-${index}`));
    prompts = createPromptBroker();
    noted = notingPool();
    inventoryChanged = createEmitter<void>();
    const unused = () => Promise.reject(new Error('not asked for'));
    const inventory: Inventory = {
      list: () => hosts,
      get: (id) => hosts.find((host) => host.id === id) ?? null,
      add: unused,
      addAll: unused,
      update: unused,
      change: unused,
      remove: unused,
      restore: unused,
      onChange: inventoryChanged.subscribe,
    };
    registry = createHostRegistry({
      inventory,
      pool: noted.pool,
      prompts,
      scripts: { text: () => '' },
      cache: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
      defaultUser: 'me',
      choices: (host) => connectChoices(host, groups.find(({ name }) => name === host.group) ?? null, defaults),
      isBusy: () => false,
      log: silentLog,
      now: Date.now,
      secrets: sessionSecrets(),
    });
  });

  async function giveSudoPassword(hostId: string): Promise<void> {
    prompts.onChange(() => {
      for (const prompt of prompts.list()) prompts.answer(prompt.id, { kind: 'secrets', values: ['secret'] });
    });
    // There is no connection to read the facts over; the password is held all the same.
    await expect(registry.unlockSudo([hostId])).rejects.toMatchObject({ failure: { code: 'operation.not-connected' } });
    expect(registry.rootAccess(hostId)).toEqual({ kind: 'sudo-password', password: 'secret' });
  }

  it('logs in as the ssh configuration says, and shows a sudo password to no other machine than the one it was given for', async () => {
    hosts = [makeHost('host-0', { user: null, port: null })];
    inventoryChanged.emit();
    const place = placeOf({ hostId: 'host-0', address: '10.0.0.1', user: 'core' });
    noted.connected('host-0', place);
    expect(registry.target(hosts[0]!)).toBe('core@10.0.0.1');
    prompts.onChange(() => {
      for (const prompt of prompts.list()) {
        expect(prompt).toMatchObject({ kind: 'sudo-password', user: 'core' });
        prompts.answer(prompt.id, { kind: 'secrets', values: ['secret'] });
      }
    });
    await registry.unlockSudo(['host-0']).catch(() => undefined);
    expect(registry.rootAccess('host-0')).toEqual({ kind: 'sudo-password', password: 'secret' });
    noted.connected('host-0', place);
    expect(registry.rootAccess('host-0')).toEqual({ kind: 'sudo-password', password: 'secret' });
    // The same address, behind another jump host: another machine.
    const route = routeOf({ address: '10.0.0.1', user: 'core', jumps: [routeOf({ address: 'bastion' })] });
    noted.connected('host-0', { ...place, route });
    expect(registry.rootAccess('host-0')).toEqual({ kind: 'none' });
  });

  it('connects by itself what is on a screen, and nothing else', () => {
    expect(noted.calls).toEqual([]);
    registry.setVisible({}, ['host-3', 'host-4']);
    expect(noted.calls).toEqual(['want host-3.example', 'want host-4.example']);
    registry.setVisible({}, ['host-4']);
    inventoryChanged.emit();
    expect(noted.calls).toHaveLength(2);
  });

  it('goes by the transport that the host says, else its group, else the settings; and has root as they say', async () => {
    hosts = [
      makeHost('own', { group: 'web', transport: 'built-in', privilege: 'sudo' }),
      makeHost('of-web', { group: 'web' }),
      makeHost('alone'),
    ];
    groups = [{ name: 'web', transport: 'openssh', privilege: 'none' }];
    defaults = { transport: 'auto', privilege: 'sudo' };
    inventoryChanged.emit();
    noted.calls.length = 0;
    registry.setVisible({}, ['own', 'of-web', 'alone']);
    expect(noted.calls).toEqual([
      'want own.example over built-in',
      'want of-web.example over openssh',
      'want alone.example',
    ]);
    await giveSudoPassword('own');
    expect(registry.state('of-web')?.choices.privilege).toEqual({ value: 'none', by: 'group' });
    await registry.unlockSudo(['of-web']).catch(() => undefined);
    expect(registry.rootAccess('of-web')).toEqual({ kind: 'none' });
    expect(registry.state('alone')?.choices).toEqual({
      transport: { value: 'auto', by: 'default' },
      privilege: { value: 'sudo', by: 'default' },
    });
  });

  it('leaves alone what a person disconnected, wherever it is shown', () => {
    registry.disconnect('host-3');
    registry.setVisible({}, ['host-3']);
    expect(noted.calls).toEqual(['disconnect host-3']);
    registry.connectAndRead('host-3', 'user');
    expect(noted.calls.at(-1)).toBe('connect host-3.example user');
  });

  it.each([{ address: 'another.example' }, { port: 2222 }, { user: 'other' }])(
    'forgets the sudo password of a host that becomes another: %o',
    async (change) => {
      await giveSudoPassword('host-3');
      hosts = hosts.map((host) => (host.id === 'host-3' ? { ...host, ...change } : host));
      inventoryChanged.emit();
      expect(registry.rootAccess('host-3')).toEqual({ kind: 'none' });
      expect(noted.calls).toEqual(['disconnect host-3']);
    },
  );

  it('goes where a host on the screen has gone', () => {
    registry.setVisible({}, ['host-3']);
    hosts = hosts.map((host) => (host.id === 'host-3' ? { ...host, address: 'another.example' } : host));
    inventoryChanged.emit();
    expect(noted.calls.slice(1)).toEqual(['disconnect host-3', 'want another.example']);
  });

  it('keeps the sudo password of a host that only gets another name', async () => {
    await giveSudoPassword('host-3');
    hosts = hosts.map((host) => (host.id === 'host-3' ? { ...host, name: 'Three', tags: ['prod'] } : host));
    inventoryChanged.emit();
    expect(registry.rootAccess('host-3').kind).toBe('sudo-password');
    expect(noted.calls).toEqual([]);
  });

  it('keeps no password of a host that was removed, nor when it is back', async () => {
    await giveSudoPassword('host-3');
    const all = hosts;
    hosts = all.filter(({ id }) => id !== 'host-3');
    inventoryChanged.emit();
    hosts = all;
    inventoryChanged.emit();
    expect(registry.rootAccess('host-3')).toEqual({ kind: 'none' });
    expect(noted.calls).toEqual(['forget host-3']);
    await vi.waitFor(() => expect(registry.ids()).toHaveLength(30));
  });
});
