import { describe, expect, it } from 'vitest';
import { isAlias } from '../../../shared/parse/ssh-alias.ts';
import { parseSshConfig, splitMatchWords, splitWords } from '../../../shared/parse/ssh-config-lines.ts';
import {
  isPattern,
  matchesHostLine,
  matchesPattern,
  matchesPatternList,
} from '../../../shared/parse/ssh-config-patterns.ts';
import { parseJumps } from '../../../shared/parse/ssh-jump.ts';

const wordsOf = (text: string) => parseSshConfig(text).lines[0]?.words;

describe('lines of an ssh configuration', () => {
  it.each([
    ['Host web db', ['web', 'db']],
    ['Host=web', ['web']],
    ['Host = web', ['web']],
    ['\tHost\t"web one" db', ['web one', 'db']],
    ["Host 'a b'", ['a b']],
    ['Host a\\ b', ['a b']],
    ['Host web # the door', ['web']],
    ['Host web#1', ['web#1']],
    ['Host "#web"', ['#web']],
    [String.raw`Host "say \"hi\""`, ['say "hi"']],
    ['Host web\r', ['web']],
    ['Host web  \f', ['web']],
  ])('%j means %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('keep their numbers, and what says nothing is no line', () => {
    const { lines, bad } = parseSshConfig('# one\r\n\r\nHost a\r\n  USER b\r\n');
    expect(lines.map(({ line, keyword }) => [line, keyword])).toEqual([
      [3, 'host'],
      [4, 'user'],
    ]);
    expect(bad).toEqual([]);
  });

  it('that ssh would refuse are told, and the others read', () => {
    const { lines, bad } = parseSshConfig('Host "a\nUser\nPort 1');
    expect(bad.map(({ line }) => line)).toEqual([1, 2]);
    expect(lines).toHaveLength(1);
  });

  it('keep the rest as it stands for those that take it whole', () => {
    expect(parseSshConfig('ProxyCommand nc "%h" %p # x').lines[0]?.rest).toBe('nc "%h" %p # x');
  });

  it('of Match have double quotes, equals signs and comments', () => {
    expect(splitMatchWords('host="a b" user=c # d')).toEqual(['host', 'a b', 'user', 'c']);
    expect(splitWords("it's open")).toBeNull();
  });
});

describe('patterns', () => {
  it('fit as in OpenSSH', () => {
    expect(matchesPattern('web1.lan', '*.lan')).toBe(true);
    expect(matchesPattern('web1', 'web?')).toBe(true);
    expect(matchesPattern('web', 'web?')).toBe(false);
    expect(matchesPattern('', '*')).toBe(true);
    expect(matchesPattern('a*b', 'a*b')).toBe(true);
    expect(matchesHostLine('db', ['*', '!db'])).toBe(false);
    expect(matchesHostLine('db', ['!web'])).toBe(false);
    expect(matchesPatternList('web', '!db,*')).toBe(true);
  });

  it('with many stars end soon', () => {
    const started = process.cpuUsage().user;
    expect(matchesPattern('a'.repeat(5000), `${'*a'.repeat(200)}b`)).toBe(false);
    expect(process.cpuUsage(undefined).user - started).toBeLessThan(2_000_000);
  });

  it('are told from names', () => {
    expect(['web', '*', 'w?b', '!web', 'web-1.lan'].map(isPattern)).toEqual([false, true, true, true, false]);
  });
});

describe('names for ssh', () => {
  it.each(['web', 'my_host', 'Web.LAN', '10.0.0.7', '2001:db8::1', 'fe80::1%eth0', '10', 'a+b', 'müller', 'web:prod'])(
    '%j may be one',
    (name) => expect(isAlias(name)).toBe(true),
  );
  it.each([
    '',
    '-oProxyCommand=x',
    '-G',
    'a b',
    'a;b',
    '$(id)',
    '`id`',
    'a|b',
    'a\nb',
    'a\u0000',
    "a'b",
    'a"b',
    'u@h',
    'a/b',
    '*',
    '!a',
    'a,b',
    '~',
    'a\\b',
    'x'.repeat(300),
  ])('%j may not', (name) => expect(isAlias(name)).toBe(false));
});

describe('ProxyJump', () => {
  it('is a list of hops', () => {
    expect(parseJumps('ada@a:22,[2001:db8::1]:23, ssh://bob%2B@c:24/')).toEqual([
      { address: 'a', port: 22, user: 'ada' },
      { address: '2001:db8::1', port: 23, user: null },
      { address: 'c', port: 24, user: 'bob+' },
    ]);
  });
  it.each(['-oX', 'a,-b', 'a:0', 'a:99999', 'a;b', '$(x)@a', 'a,,b', 'u v@a', '-l@a'])('%j is none', (text) => {
    expect(parseJumps(text)).toBeNull();
  });
});
