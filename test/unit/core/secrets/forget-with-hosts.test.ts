import { beforeEach, describe, expect, it } from 'vitest';
import { createEmitter } from '../../../../electron/core/emitter.ts';
import { silentLog } from '../../../../electron/core/log/file-log.ts';
import { forgetWithHosts } from '../../../../electron/core/secrets/forget-with-hosts.ts';
import type { SecretStore } from '../../../../electron/core/secrets/secret-store.ts';
import type { SecretUse } from '../../../../electron/core/secrets/secret-use.ts';
import type { Host } from '../../../../shared/model/host.ts';
import { sessionSecrets } from '../../../support/secrets.ts';

const host = (name: string, group: string | null, address = `${name}.example`): Host => ({
  ...{ id: name, name, address, group, port: null, user: null, keyFile: null, tags: [], note: '' },
  ...{ transport: 'auto', source: null, createdAt: 0 },
});

describe('what is remembered', () => {
  let hosts: readonly Host[];
  let secrets: SecretStore;
  const changed = createEmitter<void>();
  const change = (...next: readonly Host[]) => {
    hosts = next;
    changed.emit();
  };
  const owners = () =>
    secrets
      .state()
      .secrets.map(({ owner }) => ('name' in owner ? `${owner.kind} ${owner.name}` : owner.path))
      .sort();

  beforeEach(async () => {
    hosts = [host('a', 'web'), host('b', 'web')];
    secrets = sessionSecrets();
    forgetWithHosts({ list: () => hosts, onChange: changed.subscribe }, secrets, silentLog);
    const use = (name: string): SecretUse => {
      return { kind: 'password', hostId: name, name, user: 'op', place: `${name}:22`, group: 'web' };
    };
    const jump: SecretUse = { ...use('jump'), kind: 'password', hostId: null, group: null } as SecretUse;
    await secrets.keep([use('a'), use('b'), jump], 'x', { keep: 'session', reach: 'host' });
    await secrets.keep([use('a')], 'x', { keep: 'session', reach: 'group' });
    await secrets.keep([{ kind: 'passphrase', keyFile: '/key' }], 'x', { keep: 'session', reach: 'host' });
  });

  it('of a host goes with it, that of a group with its last host, and that of nobody’s stays', () => {
    expect(owners()).toEqual(['/key', 'group web', 'host a', 'host b', 'host jump']);
    change(host('b', 'web'));
    expect(owners()).toEqual(['/key', 'group web', 'host b', 'host jump']);
    change();
    expect(owners()).toEqual(['/key', 'host jump']);
  });

  it('of a host that is another place from now on goes, and not where only its name or tags changed', () => {
    change({ ...host('a', 'web'), name: 'new', tags: ['x'] }, host('b', 'web', 'elsewhere.example'));
    expect(owners()).toEqual(['/key', 'group web', 'host a', 'host jump']);
  });

  it('of a host that was never here stays: another inventory says nothing about it', async () => {
    const use: SecretUse = { kind: 'password', hostId: 'z', name: 'z', user: 'op', place: 'z:22', group: null };
    await secrets.keep([use], 'x', { keep: 'session', reach: 'host' });
    change(host('a', 'web'), host('b', 'web'));
    expect(owners()).toContain('host z');
  });
});
