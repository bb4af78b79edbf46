import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  hostKeyAlgorithms,
  lackingAlgorithms,
  offered,
  ssh2Algorithms,
} from '../../../electron/core/ssh/ssh2-algorithms.ts';
import type { AlgorithmRule, RouteAlgorithms } from '../../../electron/core/ssh/ssh-route.ts';
import { routeOf } from '../../support/ssh-places.ts';

type Lists = Readonly<Record<string, readonly string[]>>;
const lists = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as Lists;
const [kex, cipher, mac] = ['KEX', 'CIPHER', 'MAC'].map((name) => lists[`DEFAULT_${name}`] ?? []);

const usual = { keyExchange: null, hostKey: null, cipher: null, mac: null, userKey: null };
const route = (differs: Partial<RouteAlgorithms>) => routeOf({ algorithms: { ...usual, ...differs } });
const rule = (how: AlgorithmRule['how'], ...names: readonly string[]): AlgorithmRule => ({ how, names });
const changed = (list: keyof RouteAlgorithms, how: AlgorithmRule['how'], ...names: readonly string[]) =>
  offered(list, route({ [list]: rule(how, ...names) }));

describe('what the built-in transport offers', () => {
  it('is ssh2’s own where the configuration says nothing', () => {
    expect(offered('cipher', route({}))).toBeNull();
    expect(ssh2Algorithms(route({}))).toEqual({});
  });

  it.each([
    ['keyExchange', kex],
    ['cipher', cipher],
    ['mac', mac],
  ] as const)('as the usual %s is what ssh2 would offer by itself', (list, own = []) => {
    expect(own.length).toBeGreaterThan(3);
    expect([...(changed(list, 'append') ?? [])].sort()).toEqual([...own].sort());
  });

  it('is what is named, in that order, each once; of patterns what they mean; never what ssh2 refuses', () => {
    expect(changed('cipher', 'only', 'aes256-ctr', 'nonsense', 'aes128-ctr', 'aes256-ctr')).toEqual([
      'aes256-ctr',
      'aes128-ctr',
    ]);
    expect(changed('cipher', 'only', 'aes256-*')).toEqual(['aes256-gcm@openssh.com', 'aes256-ctr', 'aes256-cbc']);
    expect(changed('keyExchange', 'remove', 'diffie-hellman-*', 'ecdh-*')).toEqual([
      'curve25519-sha256@libssh.org',
      'curve25519-sha256',
    ]);
    expect(changed('mac', 'prepend', 'hmac-sha1')?.[0]).toBe('hmac-sha1');
    expect(changed('mac', 'append', 'hmac-md5')?.at(-1)).toBe('hmac-md5');
    expect(changed('mac', 'append', 'umac-64@openssh.com')).toEqual(changed('mac', 'append'));
  });

  it('asks for host keys of known types first, and for none that the list leaves out', () => {
    const listed = route({ hostKey: rule('only', 'rsa-sha2-512', 'ssh-ed25519') });
    expect(hostKeyAlgorithms(listed, ['ssh-ed25519', 'ecdsa-sha2-nistp256'])).toEqual(['ssh-ed25519', 'rsa-sha2-512']);
    expect(hostKeyAlgorithms(listed, [])).toEqual(['rsa-sha2-512', 'ssh-ed25519']);
    expect(hostKeyAlgorithms(route({}), [])).not.toContain('ssh-rsa');
    expect(hostKeyAlgorithms(route({ hostKey: rule('append', 'ssh-rsa') }), [])).toContain('ssh-rsa');
  });

  it('is told with both lists where nothing is left, as bounded plain text', () => {
    const [lack = ''] = lackingAlgorithms(route({ mac: rule('only', 'umac-64@openssh.com') }));
    expect(lack).toMatch(/^MACs umac-64@openssh\.com \(the built-in transport has hmac-sha2-256-etm@openssh\.com, /);
    expect(lackingAlgorithms(route({ mac: rule('only', 'umac-64@openssh.com', 'hmac-sha1') }))).toEqual([]);
    const long = rule('only', ...Array.from({ length: 200 }, (_, index) => `${'x'.repeat(50)}\u001b${String(index)}`));
    const [bounded = ''] = lackingAlgorithms(route({ cipher: long }));
    expect(bounded.length).toBeLessThan(1500);
    expect(bounded).not.toContain('\u001b');
  });
});
