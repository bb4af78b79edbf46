import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SshFiles } from '../../../electron/core/default-paths.ts';
import { openSshConfig } from '../../../electron/core/ssh-config/open-ssh-config.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { SshRoute } from '../../../electron/core/ssh/ssh-route.ts';
import { describeWith } from '../../support/prerequisites.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-ssh-config-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const NAMES = ['web', 'web1', 'Web.LAN', 'db', 'db.lan', 'jump', '10.0.0.7', 'fe80::1'];
const PATTERNS = [...NAMES, '*', 'web*', '?eb', '*.lan', '!db', '!web1', 'w?b*'];
const USERS = ['ada', 'bob', 'root'];

const name = fc.constantFrom(...NAMES);
const pattern = fc.constantFrom(...PATTERNS);
const user = fc.constantFrom(...USERS);
const port = fc.integer({ min: 1, max: 65535 }).map(String);
const path = fc.constantFrom(
  '~/.ssh/k',
  '~/.ssh/k_%h',
  '/keys/%r@%n:%p',
  '"/with blank/%%x"',
  '%d/id_%u',
  ['/e/', '{BERTH_TEST_WORD}/k'].join('$'),
  'none',
);
const hosts = fc.constantFrom('%h.lan', 'Real.Example.COM', '192.0.2.7', '2001:db8::7', '%h');
const jumps = fc.constantFrom(
  'jump',
  'ada@jump:2222',
  'none',
  'jump,ssh://bob@other:23',
  '[2001:db8::1]:22',
  '%h-door',
);

/** A keyword with one of the values it takes. */
const setting = fc.oneof(
  hosts.map((value) => `HostName ${value}`),
  port.map((value) => `Port ${value}`),
  user.map((value) => `User ${value}`),
  path.map((value) => `IdentityFile ${value}`),
  path.map((value) => `CertificateFile ${value}`),
  fc.constantFrom('yes', 'no').map((value) => `IdentitiesOnly ${value}`),
  jumps.map((value) => `ProxyJump ${value}`),
  fc
    .constantFrom('nc %h %p', 'none', 'ssh -W "[%h]:%p" %r@gate # not a comment')
    .map((value) => `ProxyCommand ${value}`),
  fc.constantFrom('/kh', '~/.ssh/kh_%h /other', 'none', '"/a b"').map((value) => `UserKnownHostsFile ${value}`),
  fc.constantFrom('alias', 'Alias.lan').map((value) => `HostKeyAlias ${value}`),
  fc.constantFrom('7', '1m', '1m30s', '2H', 'none').map((value) => `ConnectTimeout ${value}`),
  fc.constantFrom('any', 'inet', 'inet6', 'INET').map((value) => `AddressFamily ${value}`),
  fc.constantFrom('yes', 'no', 'ask', 'accept-new', 'off').map((value) => `StrictHostKeyChecking ${value}`),
  fc
    .constantFrom('none', 'SSH_AUTH_SOCK', '$BERTH_TEST_WORD', '~/agent_%u', '/run/%i/agent')
    .map((value) => `IdentityAgent ${value}`),
  fc.constantFrom(
    ...['Ciphers aes256-ctr,aes128-ctr', 'KexAlgorithms curve25519-sha256', 'MACs hmac-sha2-256'],
    ...['HostKeyAlgorithms ssh-ed25519', 'PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-512', 'RequiredRSASize 3072'],
    ...['HashKnownHosts yes', 'HashKnownHosts no', 'UpdateHostKeys yes', 'UpdateHostKeys no', 'UpdateHostKeys ask'],
  ),
  fc.constantFrom('ForwardAgent yes', 'ServerAliveInterval 5', 'SendEnv LANG', 'ControlMaster auto'),
);
const criterion = fc.oneof(
  fc.tuple(
    fc.constantFrom('host', 'originalhost'),
    pattern.filter((word) => !word.startsWith('!')),
  ),
  fc.tuple(fc.constantFrom('host', 'originalhost'), fc.constantFrom('web*,!web1', '!db,*', 'real.example.com')),
  fc.tuple(fc.constantFrom('user', 'localuser'), fc.constantFrom(...USERS, 'a*,b*', '!root,*')),
);
const match = fc.oneof(
  fc.constant('Match all'),
  fc
    .array(fc.tuple(fc.constantFrom('', '!'), criterion), { minLength: 1, maxLength: 2 })
    .map((criteria) => `Match ${criteria.map(([not, [word, value]]) => `${not}${word} ${value}`).join(' ')}`),
);
const heading = fc.oneof(
  { weight: 3, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 3 }).map((words) => `Host ${words.join(' ')}`) },
  { weight: 1, arbitrary: match },
);
/** The same line as people write it otherwise. */
const dressed = (line: fc.Arbitrary<string>) =>
  fc.tuple(line, fc.constantFrom('plain', 'indented', 'equals', 'spaced', 'upper', 'carriage')).map(([text, dress]) => {
    const [, keyword = '', rest = ''] = /^(\S+) (.*)$/s.exec(text) ?? [];
    switch (dress) {
      case 'indented':
        return `\t  ${text}  `;
      case 'equals':
        return `${keyword}=${rest}`;
      case 'spaced':
        return `${keyword}   =  ${rest}`;
      case 'upper':
        return `${keyword.toUpperCase()} ${rest}`;
      case 'carriage':
        return `${text}\r`;
      default:
        return text;
    }
  });
const lines = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: dressed(setting) },
    { weight: 2, arbitrary: dressed(heading) },
    { weight: 1, arbitrary: fc.constantFrom('', '# Host nobody', '   # x') },
  ),
  { maxLength: 14 },
);
const wish = fc.record({
  address: name,
  port: fc.option(fc.integer({ min: 1, max: 65535 })),
  user: fc.option(user),
  keyFile: fc.constant(null),
});

/** How one wish ends, for comparing: the route, or that there is none. What names the resolver is left out. */
async function outcome(
  program: string | null,
  userFile: string,
  wished: Parameters<ReturnType<typeof open>['resolve']>[0],
) {
  try {
    return comparable(await open(program, userFile).resolve(wished));
  } catch (error) {
    // They say it in different words; that both refuse is what counts.
    if (error instanceof BerthError) return 'refused';
    throw error;
  }
}

function comparable(route: SshRoute): unknown {
  return { ...route, resolvedBy: null, notUnderstood: [], jumps: route.jumps.map(comparable) };
}

function open(program: string | null, userFile: string) {
  const ssh: SshFiles = {
    userKnownHosts: '/kh',
    systemKnownHosts: ['/gkh'],
    defaultKeyFiles: ['/usual/id_rsa'],
    agentSocket: '/agent',
  };
  const files = { userFile, systemFile: null, systemFolder: '/etc/ssh', program, isUsual: false };
  const localUser = process.env['USER'] ?? 'root';
  const env = { ...process.env, BERTH_TEST_WORD: 'word' };
  return openSshConfig(files, ssh, localUser, env).router;
}

describeWith('ssh')('the own resolver and ssh -G', () => {
  it('lead to the same place, whatever the configuration says that both know', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(lines, lines, wish, fc.nat({ max: 14 }), async (outer, inner, wished, at) => {
        number += 1;
        const included = join(dir, `included-${number}`);
        const file = join(dir, `config-${number}`);
        await writeFile(included, inner.join('\n'), { mode: 0o600 });
        await writeFile(file, [...outer.slice(0, at), `Include ${included}`, ...outer.slice(at)].join('\n'), {
          mode: 0o600,
        });
        const [own, real] = await Promise.all([outcome(null, file, wished), outcome('ssh', file, wished)]);
        expect(own).toEqual(real);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
