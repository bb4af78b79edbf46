import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  formatKnownHost,
  hasCertificateAuthority,
  judgeHostKey,
  knownHostName,
  knownKeyTypes,
  matchesKnownHost,
  parseKnownHosts,
  withoutKnownHost,
  type HmacSha1,
  type KnownHostEntry,
} from '../../../shared/parse/known-hosts.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-known-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hmac: HmacSha1 = (salt, text) => createHmac('sha1', Buffer.from(salt, 'base64')).update(text).digest('base64');

/** A key blob of a type: length, name, and something that stands for the key. */
function keyOf(type: string, seed: string): string {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  const rest = Buffer.from([0, 0, 0, 32, ...Buffer.alloc(32, seed)]);
  return Buffer.concat([length, name, rest]).toString('base64');
}

const ED = 'ssh-ed25519';
const EC = 'ecdsa-sha2-nistp256';
const RSA = 'ssh-rsa';
const usable = new Set([ED, EC, RSA]);
const key = (seed: string, type = ED) => ({ type, key: keyOf(type, seed) });
const entriesOf = (text: string, file = 'known_hosts'): KnownHostEntry[] =>
  parseKnownHosts(text).map((line) => ({ ...line, file }));
const line = (names: string, seed: string, type = ED) => `${names} ${type} ${keyOf(type, seed)}`;
const judge = (text: string, host: string, offered = key('a'), port = 22) =>
  judgeHostKey(entriesOf(text), { address: host, port }, offered, usable, hmac);

describe('parseKnownHosts', () => {
  it('reads names, markers, keys and line numbers, and leaves out comments, empty and broken lines', () => {
    const text = [
      '# comment',
      '',
      line('box,10.0.0.1', 'a'),
      `  @revoked\t*  ${ED}   ${keyOf(ED, 'b')}   a comment with words`,
      line('@cert-authority *.example.org', 'c', RSA),
      'box',
      'box ssh-ed25519',
      'box ssh-ed25519 not*base64',
      `box ${EC} ${keyOf(ED, 'a')}`,
      `@strange box ${ED} ${keyOf(ED, 'a')}`,
      `|1|c2FsdA==|aGFzaA== ${ED} ${keyOf(ED, 'd')}`,
      `|2|c2FsdA==|aGFzaA== ${ED} ${keyOf(ED, 'd')}`,
      `box 1024 35 1234567890 protocol one`,
      `${line('windows', 'e')}\r`,
    ].join('\n');
    expect(parseKnownHosts(text).map(({ line: number, marker, names }) => [number, marker, names])).toEqual([
      [3, null, { kind: 'patterns', patterns: ['box', '10.0.0.1'] }],
      [4, 'revoked', { kind: 'patterns', patterns: ['*'] }],
      [5, 'cert-authority', { kind: 'patterns', patterns: ['*.example.org'] }],
      [11, null, { kind: 'hashed', salt: 'c2FsdA==', hash: 'aGFzaA==' }],
      [14, null, { kind: 'patterns', patterns: ['windows'] }],
    ]);
  });

  it('never throws, and reads back what it formats', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseKnownHosts(text)));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9.-]{1,40}$/), fc.integer({ min: 1, max: 65535 }), (host, port) => {
        const written = formatKnownHost({ address: host, port }, key('a'));
        return judge(`${written}\n`, host, key('a'), port).kind === 'known';
      }),
    );
  });
});

describe('matchesKnownHost', () => {
  const matches = (patterns: string, name: string) =>
    matchesKnownHost({ kind: 'patterns', patterns: patterns.split(',') }, name, hmac);

  it.each<[string, string, boolean]>([
    ['box', 'box', true],
    ['box', 'boxes', false],
    ['BOX', 'box', true],
    ['*.example.org', 'www.example.org', true],
    ['*.example.org', 'example.org', false],
    ['10.0.0.?', '10.0.0.7', true],
    ['10.0.0.?', '10.0.0.77', false],
    ['*.example.org,!bad.example.org', 'good.example.org', true],
    ['*.example.org,!bad.example.org', 'bad.example.org', false],
    ['!bad.example.org,*.example.org', 'bad.example.org', false],
    ['!bad', 'good', false],
    ['[box]:2222', '[box]:2222', true],
    ['[box]:2222', 'box', false],
    ['[*]:2222', '[box]:2222', true],
    ['*', '[::1]:2222', true],
    ['2001:db8::1', '2001:db8::1', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
  ])('%s and %s: %s', (patterns, name, expected) => {
    expect(matches(patterns, name)).toBe(expected);
  });

  it('takes no longer for a pattern made to be slow', () => {
    const startedAt = performance.now();
    expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(255))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  // The real one: ssh-keygen -F finds a host in a file. It knows names in clear, patterns, negation and hashes.
  it('decides as ssh-keygen does', () => {
    const file = join(folder, 'compare');
    let found = 0;
    const label = fc.constantFrom('box', 'web', 'web1', 'a', 'example', '10', '*', '?', 'w*', 'w?b', 'BOX');
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '', '!'),
        fc.array(label, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', '', ':2222'),
      )
      .map(([negation, labels, port]) => negation + (port === '' ? labels.join('.') : `[${labels.join('.')}]${port}`));
    const host = fc.array(fc.constantFrom('box', 'web', 'web1', 'a', 'example', '10'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.array(pattern, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        host,
        fc.constantFrom(22, 2222),
        fc.boolean(),
        (lines, labels, port, isHashed) => {
          const name = knownHostName(labels.join('.'), port);
          const real = 'AAAAC3NzaC1lZDI1NTE5AAAAI' + 'E7xqtmWqdP9bBwP7sTtVYxZ0Zn0o2uGq1D3GJqZKf8L';
          const texts = lines.map((patterns) => `${patterns.join(',')} ssh-ed25519 ${real}`);
          const salt = Buffer.alloc(20, 's').toString('base64');
          if (isHashed) texts.push(`|1|${salt}|${hmac(salt, name)} ssh-ed25519 ${real}`);
          const text = `${texts.join('\n')}\n`;
          writeFileSync(file, text);
          const theirs = findWithKeygen(name, file);
          const ours = parseKnownHosts(text)
            .filter(({ names }) => matchesKnownHost(names, name, hmac))
            .map(({ line: number }) => number);
          expect(ours).toEqual(theirs);
          found += theirs.length;
        },
      ),
      { numRuns: 60 },
    );
    // Otherwise nothing was compared.
    expect(found).toBeGreaterThan(10);
  });
});

/** The numbers of the lines that ssh-keygen finds for a name. */
function findWithKeygen(name: string, file: string): number[] {
  try {
    const output = execFileSync('ssh-keygen', ['-F', name, '-f', file], { stdio: 'pipe' }).toString();
    return [...output.matchAll(/found: line (\d+)/g)].map(([, number]) => Number(number));
  } catch {
    return [];
  }
}

describe('judgeHostKey', () => {
  it('knows the very key, on any of several lines', () => {
    const text = [line('box', 'b'), line('box', 'a')].join('\n');
    expect(judge(text, 'box')).toMatchObject({ kind: 'known', entry: { line: 2 } });
    expect(judge(text, 'BOX').kind).toBe('known');
  });

  it('does not know what is under another name', () => {
    expect(judge(line('other', 'a'), 'box').kind).toBe('unknown');
    expect(judge('', 'box').kind).toBe('unknown');
  });

  it('sees a change, and names the line of the same type', () => {
    const text = [line('box', 'x', RSA), line('box', 'b')].join('\n');
    expect(judge(text, 'box')).toMatchObject({ kind: 'changed', entry: { line: 2, file: 'known_hosts' } });
    expect(judge(line('box', 'x', RSA), 'box')).toMatchObject({ kind: 'changed', entry: { keyType: RSA } });
  });

  it('does not take a key of a type that cannot be asked for as a sign of change', () => {
    expect(judge(line('box', 'x', 'ssh-dss'), 'box').kind).toBe('unknown');
    expect(judge(line('box', 'x', 'sk-ssh-ed25519@openssh.com'), 'box').kind).toBe('unknown');
  });

  it('refuses a revoked key, wherever the line stands and whatever else knows it', () => {
    const text = [line('box', 'a'), line('@revoked *', 'a')].join('\n');
    expect(judge(text, 'box')).toMatchObject({ kind: 'revoked', entry: { line: 2 } });
    expect(judge(text, 'box', key('b')).kind).toBe('changed');
    expect(judge(line('@revoked other', 'a'), 'box').kind).toBe('unknown');
    expect(judge(line('@revoked box', 'a'), 'box', key('a'), 2222).kind).toBe('revoked');
  });

  it('looks under the plain name second on another port, where a difference means nothing', () => {
    expect(judge(line('[box]:2222', 'a'), 'box', key('a'), 2222).kind).toBe('known');
    expect(judge(line('box', 'a'), 'box', key('a'), 2222).kind).toBe('known');
    expect(judge(line('box', 'b'), 'box', key('a'), 2222).kind).toBe('unknown');
    expect(judge(line('[box]:2222', 'a'), 'box').kind).toBe('unknown');
    expect(judge([line('[box]:2222', 'b'), line('box', 'a')].join('\n'), 'box', key('a'), 2222).kind).toBe('known');
  });

  it('hears nothing from authorities', () => {
    expect(judge(line('@cert-authority *', 'a'), 'box').kind).toBe('unknown');
    expect(judge(line('@cert-authority *', 'b'), 'box').kind).toBe('unknown');
  });

  it('keeps the order of several files', () => {
    const entries = [...entriesOf(line('box', 'b'), 'first'), ...entriesOf(line('box', 'c'), 'second')];
    const verdict = judgeHostKey(entries, { address: 'box', port: 22 }, key('a'), usable, hmac);
    expect(verdict).toMatchObject({ kind: 'changed', entry: { file: 'first' } });
  });

  it('finds hashed names', () => {
    const salt = Buffer.from('salt').toString('base64');
    expect(judge(line(`|1|${salt}|${hmac(salt, 'box')}`, 'a'), 'box').kind).toBe('known');
    expect(judge(line(`|1|${salt}|${hmac(salt, 'box')}`, 'a'), 'other').kind).toBe('unknown');
  });
});

describe('knownKeyTypes', () => {
  it('lists each type once, from the name with its port first', () => {
    const text = [line('box', 'a', EC), line('box', 'b', RSA), line('box', 'c', EC), line('[box]:2222', 'd')].join(
      '\n',
    );
    const typesAt = (port: number) => knownKeyTypes(entriesOf(text), { address: 'box', port }, hmac);
    expect(typesAt(22)).toEqual([EC, RSA]);
    expect(typesAt(2222)).toEqual([ED]);
    expect(typesAt(23)).toEqual([EC, RSA]);
    expect(knownKeyTypes(entriesOf(line('@revoked *', 'a')), { address: 'box', port: 22 }, hmac)).toEqual([]);
  });
});

describe('a HostKeyAlias', () => {
  const place = { address: '10.0.0.9', port: 2222, alias: 'Fleet-Key' };
  const judgeAt = (text: string) => judgeHostKey(entriesOf(text), place, key('a'), usable, hmac).kind;

  it('is the only name that is looked up, without a port', () => {
    expect(judgeAt(line('fleet-key', 'a'))).toBe('known');
    expect(judgeAt(line('fleet-key', 'b'))).toBe('changed');
    expect(judgeAt(line('[10.0.0.9]:2222,10.0.0.9,[fleet-key]:2222', 'b'))).toBe('unknown');
    expect(formatKnownHost(place, key('a'))).toBe(line('fleet-key', 'a'));
  });
});

describe('hasCertificateAuthority', () => {
  const has = (text: string, port = 22) =>
    hasCertificateAuthority(entriesOf(text), { address: 'web.example.org', port }, hmac);

  it.each([
    [`@cert-authority *.example.org ${ED} ${keyOf(ED, 'c')}`, 22, true],
    [`@cert-authority *.example.org ${ED} ${keyOf(ED, 'c')}`, 2222, true],
    [`@cert-authority [*.example.org]:2222 ${ED} ${keyOf(ED, 'c')}`, 2222, true],
    [`@cert-authority [*.example.org]:2222 ${ED} ${keyOf(ED, 'c')}`, 22, false],
    [`@cert-authority *.example.org,!web.* ${ED} ${keyOf(ED, 'c')}`, 22, false],
    [`@cert-authority *.example.net ${ED} ${keyOf(ED, 'c')}`, 22, false],
    [line('*.example.org', 'c'), 22, false],
  ])('%s on port %i: %s', (text, port, expected) => {
    expect(has(text, port)).toBe(expected);
  });
});

describe('withoutKnownHost', () => {
  const without = (text: string) => withoutKnownHost(text, { address: 'box', port: 22 }, hmac);

  it('takes out the lines of one host, and no byte of any other', () => {
    const others = [
      '# mine',
      line('boxes', 'a'),
      '',
      `${line('other', 'b')}  a comment\r`,
      'broken line',
      '@revoked * x y',
    ];
    const text = [...others, line('BOX', 'c'), line('box', 'd', RSA)].join('\n');
    expect(without(text).text).toBe(others.join('\n'));
    expect(without(text).removed.map(({ line: number }) => number)).toEqual([7, 8]);
  });

  it('leaves the other names of a line, patterns, and markers', () => {
    const kept = [
      line('*', 'a'),
      `@revoked box ${ED} ${keyOf(ED, 'b')}`,
      `@cert-authority box ${ED} ${keyOf(ED, 'c')}`,
    ];
    const { text, removed } = without(
      [...kept, `  ${line('10.0.0.1,box,alias', 'd')} note`, line('box,!box2', 'e')].join('\n'),
    );
    expect(text).toBe([...kept, `  ${line('10.0.0.1,alias', 'd')} note`].join('\n'));
    expect(removed).toHaveLength(2);
  });

  it('finds what is hashed, and does as ssh-keygen -R does with it', () => {
    const file = join(folder, 'hashed');
    writeFileSync(file, `${line('box', 'a')}\n${line('other', 'b')}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const hashed = execFileSync('cat', [file]).toString();
    execFileSync('ssh-keygen', ['-q', '-R', 'box', '-f', file], { stdio: 'ignore' });
    expect(without(hashed).text).toBe(execFileSync('cat', [file]).toString());
  });

  it('is undone by nothing but the line itself: what is left never knows the host by that name alone', () => {
    const names = fc.constantFrom('box', 'BOX', 'box,other', 'other', '!box,*', 'box,!other', '[box]:22', '*');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.constantFrom('a', 'b'))), (lines) => {
        const { text } = without(lines.map(([name, seed]) => line(name, seed)).join('\n'));
        const about = entriesOf(text).filter((entry) => matchesKnownHost(entry.names, 'box', hmac));
        expect(about.every(({ names: left }) => left.kind === 'patterns' && left.patterns.includes('*'))).toBe(true);
      }),
    );
  });
});
