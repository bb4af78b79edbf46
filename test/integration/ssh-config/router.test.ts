import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SshConfigFiles, SshFiles } from '../../../electron/core/default-paths.ts';
import { openSshConfig } from '../../../electron/core/ssh-config/open-ssh-config.ts';
import { runSshG } from '../../../electron/core/ssh-config/run-ssh-g.ts';
import type { SshRoute } from '../../../electron/core/ssh/ssh-route.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { makeKey } from '../../support/sshd.ts';

const run = promisify(execFile);
let dir: string;
let userFile: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-router-'));
  userFile = join(dir, 'config');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const configure = (...lines: readonly string[]) => writeFile(userFile, `${lines.join('\n')}\n`, { mode: 0o600 });

function open(differs: Partial<SshConfigFiles> = {}) {
  const ssh: SshFiles = {
    userKnownHosts: '/kh',
    systemKnownHosts: [],
    defaultKeyFiles: ['/usual/id_rsa'],
    agentSocket: null,
  };
  const files = { userFile, systemFile: null, systemFolder: dir, program: 'ssh', isUsual: false, ...differs };
  const { router } = openSshConfig(files, ssh, userInfo().username, {
    ...process.env,
    KRB5CCNAME: join(dir, 'no-tickets'),
  });
  return (address: string, wish: { port?: number; user?: string; keyFile?: string } = {}, signal?: AbortSignal) =>
    router.resolve(
      { address, port: wish.port ?? null, user: wish.user ?? null, keyFile: wish.keyFile ?? null },
      signal,
    );
}

const places = (route: SshRoute) =>
  [...route.jumps, route].map(({ user, address, port }) => `${user}@${address}:${port}`);
const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof BerthError ? error.failure.code : error;
};

describeWith('ssh', 'ssh-keygen')('the way to a host', () => {
  it.each(['ssh', null])(
    'by %s: a chain of jumps is resolved hop by hop, each with what its own entry says',
    async (program) => {
      await configure(
        'Host target',
        '  HostName target.lan',
        '  User app',
        '  ProxyJump inner,ada@last:2201',
        'Host inner',
        '  HostName inner.lan',
        '  Port 2200',
        '  User mid',
        '  ProxyJump outer',
        'Host outer',
        '  HostName outer.lan',
        '  User out',
        '  IdentityFile ~/.ssh/outer_key',
        'Host last',
        '  HostName last.lan',
        '  ProxyCommand never',
        '  ProxyJump outer',
      );
      const route = await open({ program })('target');
      expect(places(route)).toEqual([
        'out@outer.lan:22',
        'mid@inner.lan:2200',
        'ada@last.lan:2201',
        'app@target.lan:22',
      ]);
      expect(route.jumps[0]?.keyFiles[0]).toMatch(/\/\.ssh\/outer_key$/);
      expect(route.jumps[0]?.keyFilesByDefault).toBe(false);
      // Behind another hop neither its ProxyJump nor its ProxyCommand counts.
      expect(route.jumps[2]).toMatchObject({ proxyCommand: null, needsOpenSsh: [] });
      expect(route.resolvedBy).toBe(program === null ? 'built-in' : 'ssh -G');
    },
  );

  it.each(['ssh', null])('by %s: one that leads in a circle is refused', async (program) => {
    await configure(
      'Host a',
      'ProxyJump b',
      'Host b',
      'ProxyJump c',
      'Host c',
      'ProxyJump a',
      'Host *',
      'ProxyJump door',
    );
    const resolve = open({ program });
    expect(await codeOf(resolve('a'))).toBe('config.jump-loop');
    expect(await codeOf(resolve('door'))).toBe('config.jump-loop');
    expect(await codeOf(resolve('elsewhere'))).toBe('config.jump-loop');
  });

  it('what was said of a host comes before the configuration', async () => {
    await configure('Host box', 'User conf', 'Port 2222', 'IdentityFile /conf/key');
    const resolve = open();
    expect(await resolve('box', { user: 'said', port: 23, keyFile: '/said/%h' })).toMatchObject({
      user: 'said',
      port: 23,
      keyFiles: ['/said/%h'],
      keyFilesOnly: true,
    });
    expect(await resolve('box')).toMatchObject({
      user: 'conf',
      port: 2222,
      keyFiles: ['/conf/key'],
      keyFilesOnly: false,
    });
  });

  it.each(['-oProxyCommand=touch x', '-G', 'a;touch x', 'a$(touch x)', 'a`touch x`', 'a b', 'a\nb', 'a|b'])(
    'a name such as %j reaches no ssh',
    async (name) => {
      await configure('Host *', '  ProxyCommand touch x');
      const marker = join(dir, 'called');
      const program = join(dir, 'ssh-stand-in');
      await writeFile(program, `#!/bin/sh\n: > ${marker}\n`, { mode: 0o755 });
      const resolve = open({ program });
      expect(await codeOf(resolve(name))).toBe('config.name-refused');
      expect(await codeOf(resolve('fine', { user: name }))).toBe('config.name-refused');
      await expect(access(marker)).rejects.toThrow('ENOENT');
    },
  );

  it('an agent by name and a ProxyCommand are expanded for display only', async () => {
    await configure(
      'Host box',
      'HostName real.lan',
      'ProxyCommand nc --as %r %n %h %p %%',
      'IdentityAgent ~/agent-%u.sock',
    );
    const route = await open()('box', { user: 'ada' });
    expect(route.proxyCommand).toBe('nc --as ada box real.lan 22 %');
    expect(route.agentSocket).toBe(join(homedir(), `agent-${userInfo().username}.sock`));
    expect(route.needsOpenSsh).toEqual(['ProxyCommand']);
  });

  it('says what only OpenSSH can do: a certificate beside a key, PKCS#11, tokens it does not know', async () => {
    const key = join(dir, 'id');
    await makeKey(key);
    await makeKey(join(dir, 'ca'));
    await run('ssh-keygen', ['-q', '-s', join(dir, 'ca'), '-I', 'test', '-n', 'me', `${key}.pub`]);
    await configure(
      'Host certified',
      `IdentityFile ${key}`,
      'Host special',
      'PKCS11Provider /usr/lib/token.so',
      `IdentityFile ${dir}/key-%C`,
      'PreferredAuthentications publickey',
      'Host plain',
      'ServerAliveInterval 5',
      'GSSAPIAuthentication yes',
    );
    const resolve = open();
    expect(await resolve('certified')).toMatchObject({
      certificateFiles: [`${key}-cert.pub`],
      needsOpenSsh: ['a user certificate'],
    });
    expect((await resolve('special')).needsOpenSsh).toEqual([
      '%C in IdentityFile',
      'PKCS#11 provider /usr/lib/token.so',
      'PreferredAuthentications publickey',
    ]);
    // GSSAPI is of no use without a ticket.
    expect((await resolve('plain')).needsOpenSsh).toEqual([]);
  });

  it.each(['ssh', null])('by %s: lists of algorithms, and how known_hosts is kept', async (program) => {
    await configure(
      'Host listed',
      'Ciphers aes256-gcm@openssh.com,aes256-ctr',
      'MACs hmac-sha2-512-etm@openssh.com',
      'KexAlgorithms curve25519-sha256',
      'HostKeyAlgorithms ssh-ed25519,rsa-sha2-512',
      'PubkeyAcceptedAlgorithms ssh-ed25519',
      'CASignatureAlgorithms ssh-ed25519',
      'RequiredRSASize 2048',
      'HashKnownHosts yes',
      'Host no',
      'UpdateHostKeys no',
      'Host ask',
      'UpdateHostKeys ask',
      'Host other',
      'UserKnownHostsFile /other',
      'Host both',
      'UserKnownHostsFile /other',
      'UpdateHostKeys yes',
    );
    const resolve = open({ program });
    const only = (...names: readonly string[]) => ({ how: 'only', names });
    expect(await resolve('listed')).toMatchObject({
      algorithms: {
        cipher: only('aes256-gcm@openssh.com', 'aes256-ctr'),
        mac: only('hmac-sha2-512-etm@openssh.com'),
        keyExchange: only('curve25519-sha256'),
        hostKey: only('ssh-ed25519', 'rsa-sha2-512'),
        userKey: only('ssh-ed25519'),
      },
      ...{ minimumRsaBits: 2048, hashKnownHosts: true, updateHostKeys: true, needsOpenSsh: [], notUnderstood: [] },
    });
    const nothing = { keyExchange: null, hostKey: null, cipher: null, mac: null, userKey: null };
    expect(await resolve('no')).toMatchObject({ algorithms: nothing, minimumRsaBits: null, updateHostKeys: false });
    expect(await resolve('ask')).toMatchObject({ updateHostKeys: false, hashKnownHosts: false });
    expect(await resolve('other')).toMatchObject({ updateHostKeys: false });
    expect(await resolve('both')).toMatchObject({ updateHostKeys: true });
  });

  it('a list that changes the usual ones is a plain one by ssh -G, and a change of the own by the own resolver', async () => {
    await configure('Host box', 'KexAlgorithms -curve*', 'Ciphers ^aes256-ctr', 'MACs +hmac-md5');
    const { algorithms: bySsh } = await open()('box');
    expect(bySsh.keyExchange?.how).toBe('only');
    expect(bySsh.keyExchange?.names.length).toBeGreaterThan(3);
    expect(bySsh.keyExchange?.names.some((name) => name.startsWith('curve'))).toBe(false);
    expect(bySsh.cipher?.names[0]).toBe('aes256-ctr');
    expect((await open({ program: null })('box')).algorithms).toMatchObject({
      keyExchange: { how: 'remove', names: ['curve*'] },
      cipher: { how: 'prepend', names: ['aes256-ctr'] },
      mac: { how: 'append', names: ['hmac-md5'] },
    });
  });

  it('a key on a security key is told by its type', async () => {
    const key = join(dir, 'id_sk');
    await writeFile(`${key}.pub`, 'sk-ssh-ed25519@openssh.com AAAA me\n');
    await configure('Host box', `IdentityFile ${key}`);
    expect((await open()('box')).needsOpenSsh).toEqual([`a security key (${key})`]);
  });

  it('is asked for anew when a file of the configuration has changed, also an included one', async () => {
    const included = join(dir, 'included');
    await configure('Include included*', 'Host box', `Include ${dir}/inc*`);
    await writeFile(included, 'User first\n', { mode: 0o600 });
    let time = 0;
    const { createSshConfig } = await import('../../../electron/core/ssh-config/ssh-config.ts');
    const config = createSshConfig({ userFile, systemFile: null, systemFolder: dir, home: dir }, {}, () => time);
    const before = await config.current();
    time += 2000;
    expect(await config.current()).toBe(before);
    await writeFile(included, 'User second\n', { mode: 0o600 });
    await utimes(included, 1, 1);
    expect(await config.current()).toBe(before);
    time += 2000;
    const after = await config.current();
    expect(after).not.toBe(before);
    await writeFile(join(dir, 'included-2'), 'Host new\n', { mode: 0o600 });
    const fresh = await config.fresh();
    expect(fresh.files).toContain(join(dir, 'included-2'));
  });

  it('with a Match exec is ssh’s own; the own resolver leaves the block out and says so', async () => {
    await configure(
      'Match host box exec "test %h = box"',
      '  Port 2222',
      'CanonicalizeHostname yes',
      'Host *',
      'SendEnv X',
    );
    expect(await open()('box')).toMatchObject({ port: 2222, notUnderstood: [] });
    expect(await open({ program: null })('box')).toMatchObject({
      port: 22,
      notUnderstood: [{ what: 'Match exec', file: userFile, line: 1 }],
    });
  });

  it('is found without ssh where ssh is not installed', async () => {
    await configure('Host box', 'Port 2222', 'CanonicalizeHostname yes');
    const route = await open({ program: join(dir, 'no-such-ssh') })('box');
    expect(route).toMatchObject({
      port: 2222,
      resolvedBy: 'built-in',
      notUnderstood: [{ what: 'canonicalizehostname', file: userFile, line: 3 }],
    });
  });

  it('is the words of ssh when it refuses the configuration', async () => {
    await configure('Host box', 'NoSuchKeyword 7');
    await expect(open()('box')).rejects.toMatchObject({
      failure: {
        code: 'config.ssh-failed',
        params: { name: 'box', detail: expect.stringContaining('Bad configuration option') as string },
      },
    });
  });

  it('ends with its command when that hangs, and nobody is kept waiting who has left', async () => {
    const child = join(dir, 'child');
    await configure(`Match exec "echo $$ > ${child}; exec sleep 5"`, 'Port 1');
    const wish = { address: 'box', port: null, user: null };
    const options = { program: 'ssh', configFile: userFile, env: process.env };
    expect(await codeOf(runSshG(wish, { ...options, timeoutMs: 500 }))).toBe('config.ssh-timeout');
    // A process that has ended may stay in the table as a zombie, for somebody to collect it.
    const pid = (await readFile(child, 'utf8')).trim();
    await vi.waitFor(async () => {
      const { stdout } = await run('ps', ['-o', 'stat=', '-p', pid]).catch(() => ({ stdout: '' }));
      expect(stdout.replace(/^Z.*/s, '').trim()).toBe('');
    }, 3000);

    const leaving = new AbortController();
    const left = open()('box', {}, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
  });

  it('is asked for once by all who want the same', async () => {
    const calls = join(dir, 'calls');
    const program = join(dir, 'counting-ssh');
    await writeFile(program, `#!/bin/sh\necho "$*" >> ${calls}\nexec ssh "$@"\n`, { mode: 0o755 });
    await configure('Host h*', 'ProxyJump door');
    const resolve = open({ program });
    await Promise.all(Array.from({ length: 40 }, (_, index) => resolve(`h${index % 20}`)));
    await resolve('h1');
    const { stdout } = await run('sort', [calls]);
    // One for what ssh does anyway, one for each host, one for the jump host.
    expect(stdout.trim().split('\n')).toHaveLength(1 + 20 + 1);
  });
});
