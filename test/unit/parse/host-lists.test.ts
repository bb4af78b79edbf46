import { describe, expect, it } from 'vitest';
import { sourceLimits } from '../../../shared/model/source.ts';
import { parseAnsibleIni } from '../../../shared/parse/ansible-inventory-ini.ts';
import { expandRanges } from '../../../shared/parse/ansible-inventory-ranges.ts';
import { readInventoryJson } from '../../../shared/parse/host-list-json.ts';
import { parseHostList } from '../../../shared/parse/host-list.ts';

describe('a plain list', () => {
  it('has an address a line, each once, with comments between them', () => {
    const { hosts, notes } = parseHostList(
      '# ours\r\nbox\r\nadmin@box:2222   # the other door\n\nssh://ada@[2001:db8::1]:23\nbox\nnot a host\n-oProxyCommand=x\n',
    );
    expect(hosts.map(({ name, line, user, port }) => [name, line, user, port])).toEqual([
      ['box', 2, null, null],
      ['admin@box:2222', 3, 'admin', 2222],
      ['2001:db8::1', 5, 'ada', 23],
    ]);
    expect(notes.map(({ line }) => line)).toEqual([7, 8]);
  });

  it('is read up to its limit, and says so', () => {
    const many = Array.from({ length: sourceLimits.hosts + 5 }, (_, index) => `h${index}`).join('\n');
    const { hosts, notes } = parseHostList(many);
    expect(hosts).toHaveLength(sourceLimits.hosts);
    expect(notes.map(({ failure }) => failure.code)).toEqual(['source.too-large']);
  });
});

describe('ranges', () => {
  it.each([
    ['web[01:03].lan', ['web01.lan', 'web02.lan', 'web03.lan']],
    ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
    ['n[0:6:3]', ['n0', 'n3', 'n6']],
    ['r[1:2]-[a:b]', ['r1-a', 'r1-b', 'r2-a', 'r2-b']],
    ['n[:1]', ['n0', 'n1']],
    ['plain', ['plain']],
  ])('%s', (pattern, names) => {
    expect(expandRanges(pattern)).toEqual(names);
  });
  it.each(['n[3:1]', 'n[0:999999999]', 'n[01:1000]', 'n[1:2:0]', 'n[x', 'n[]', 'n[1:200]-[1:200]-[1:200]'])(
    '%s is none',
    (pattern) => {
      expect(expandRanges(pattern)).toBeNull();
    },
  );
});

describe('an inventory of Ansible', () => {
  it('in INI: groups, children, variables handed down, nearest first', () => {
    const { hosts, notes } = parseAnsibleIni(`
; comment
lone ansible_host=192.0.2.1
[web]
web[1:2].lan ansible_port=2222
box:23 ansible_user="ad min" # why not
[prod:children]
web
[prod:vars]
ansible_user = ada
ansible_ssh_private_key_file="/keys/a b"
[web:vars]
ansible_user=bob
[other:strange]
x
`);
    expect(
      hosts.map(({ name, line, address, port, user, keyFile, groups }) => [
        name,
        line,
        address,
        port,
        user,
        keyFile,
        groups,
      ]),
    ).toEqual([
      ['lone', 3, '192.0.2.1', null, null, null, []],
      ['web1.lan', 5, 'web1.lan', 2222, 'bob', '/keys/a b', ['web', 'prod']],
      ['web2.lan', 5, 'web2.lan', 2222, 'bob', '/keys/a b', ['web', 'prod']],
      ['box', 6, 'box', 23, 'ad min', '/keys/a b', ['web', 'prod']],
    ]);
    expect(notes.map(({ line, failure }) => [line, failure.code])).toEqual([[14, 'source.not-understood']]);
  });

  it('leaves out what is not reached over SSH, and says what it does not follow, once a kind', () => {
    const { hosts, notes } = parseAnsibleIni(`[all:vars]
ansible_ssh_common_args='-J door'
[a]
here ansible_connection=local
one ansible_password=secret-word
two ansible_user="{{ who }}"
`);
    expect(hosts.map(({ name, user }) => [name, user])).toEqual([
      ['one', null],
      ['two', null],
    ]);
    const told = JSON.stringify(notes);
    expect(told).toContain('ansible_ssh_common_args (of 3 hosts)');
    expect(told).toContain('ansible_connection=local');
    expect(told).toContain('the template in ansible_user');
    expect(told).not.toContain('secret-word');
  });

  it('has no hold on the program by names of its own', () => {
    const { hosts } = parseAnsibleIni(
      '[__proto__]\nconstructor __proto__=1 ansible_user=x\n[__proto__:vars]\nansible_port=7\n',
    );
    expect(hosts).toMatchObject([{ name: 'constructor', user: 'x', port: 7 }]);
    expect(({} as Record<string, unknown>)['ansible_port']).toBeUndefined();
  });

  it('whose groups contain each other ends', () => {
    const { hosts } = parseAnsibleIni('[a:children]\nb\n[b:children]\na\n[b]\nx\n');
    expect(hosts[0]?.groups).toEqual(['b', 'a']);
  });
});

describe('the JSON of a command', () => {
  it('may be what Ansible’s scripts print', () => {
    const listing = readInventoryJson({
      _meta: { hostvars: { a: { ansible_host: '192.0.2.1', ansible_port: '2222' } } },
      web: { hosts: ['a', 'b'], vars: { ansible_user: 'ada' } },
      prod: { children: ['web'] },
      old: ['c'],
      odd: 7,
    });
    expect(listing?.hosts.map(({ name, address, port, user, groups }) => [name, address, port, user, groups])).toEqual([
      ['a', '192.0.2.1', 2222, 'ada', ['web', 'prod']],
      ['b', 'b', null, 'ada', ['web', 'prod']],
      ['c', 'c', null, null, ['old']],
    ]);
    expect(listing?.notes).toHaveLength(1);
  });

  it('may be a list of words or of objects; what is neither is told', () => {
    const listing = readInventoryJson([
      'ada@box:23',
      { hostname: 'db', port: '22', groups: ['g', 'h'], group: 'f' },
      { port: 3 },
      4,
      'box x',
    ]);
    expect(listing?.hosts).toMatchObject([
      { name: 'box', user: 'ada', port: 23 },
      { name: 'db', port: 22, groups: ['f', 'g', 'h'] },
    ]);
    expect(listing?.notes).toHaveLength(3);
  });

  it.each([null, 7, 'text'])('%j is none', (data) => expect(readInventoryJson(data)).toBeNull());
});
