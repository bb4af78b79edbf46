import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, isAddress, isUserName, parseAddress } from '../../../shared/parse/address.ts';
import { codeOf, valueOf } from './data.ts';

const label63 = 'a'.repeat(63);
const name253 = `${label63}.${label63}.${label63}.${'a'.repeat(61)}`;

describe('parseAddress', () => {
  it.each([
    ['box', null, 'box', null],
    ['  admin@box  ', 'admin', 'box', null],
    ['box:2222', null, 'box', 2222],
    ['admin@Box.Example.ORG.:22', 'admin', 'Box.Example.ORG.', 22],
    ['web_01', null, 'web_01', null],
    ['192.0.2.7:65535', null, '192.0.2.7', 65535],
    ['[2001:db8::1]:22', null, '2001:db8::1', 22],
    ['[2001:DB8::1]', null, '2001:DB8::1', null],
    ['2001:db8::1', null, '2001:db8::1', null],
    ['root@::1', 'root', '::1', null],
    ['::ffff:192.0.2.7', null, '::ffff:192.0.2.7', null],
    ['fe80::1%Eth0', null, 'fe80::1%Eth0', null],
    ['1:2:3:4:5:6:7:8', null, '1:2:3:4:5:6:7:8', null],
    ['ssh://admin@box:2222', 'admin', 'box', 2222],
    ['SSH://box/', null, 'box', null],
    ['ssh://[fe80::1%25eth0]:1', null, 'fe80::1%eth0', 1],
    ['ssh://a%2Bb@box', 'a+b', 'box', null],
    ['ACME\\anna@box', 'ACME\\anna', 'box', null],
    ['jürgen.o-neil_1@box', 'jürgen.o-neil_1', 'box', null],
    [name253, null, name253, null],
  ])('reads %s', (text, user, address, port) => {
    expect(valueOf(parseAddress(text))).toEqual({ user, address, port });
  });

  it.each([
    ['', 'input.address-empty'],
    ['   ', 'input.address-empty'],
    ['admin@', 'input.address-empty'],
    ['ssh://', 'input.address-empty'],
    [':22', 'input.address-empty'],
    ['@box', 'input.user-invalid'],
    ['-oProxyCommand=x@box', 'input.user-invalid'],
    ['a/b@box', 'input.user-invalid'],
    ['$(id)@box', 'input.user-invalid'],
    ['a;b@box', 'input.user-invalid'],
    ['a`b`@box', 'input.user-invalid'],
    ["a'b@box", 'input.user-invalid'],
    ['a@b@box', 'input.user-invalid'],
    ['back\\@box', 'input.user-invalid'],
    [`${'u'.repeat(65)}@box`, 'input.user-invalid'],
    ['ssh://%zz@box', 'input.user-invalid'],
    ['ssh://a%0Ab@box', 'input.user-invalid'],
    ['admin:secret@box', 'input.password-in-url'],
    ['ssh://admin:sec ret@box', 'input.password-in-url'],
    ['ssh://admin%3Asecret@box', 'input.password-in-url'],
    ['ssh://admin:se/cret@box:22', 'input.password-in-url'],
    ['https://box', 'input.scheme-unknown'],
    ['javascript://box', 'input.scheme-unknown'],
    ['-oProxyCommand=x', 'input.address-invalid'],
    ['-box', 'input.address-invalid'],
    ['box-', 'input.address-invalid'],
    ['box..example', 'input.address-invalid'],
    ['box;reboot', 'input.address-invalid'],
    ['box$(reboot)', 'input.address-invalid'],
    ['box|x', 'input.address-invalid'],
    ['../etc', 'input.address-invalid'],
    ['bücher.example', 'input.address-invalid'],
    ['b\u043ex', 'input.address-invalid'],
    ['256.0.0.1', 'input.address-invalid'],
    ['192.0.2', 'input.address-invalid'],
    ['[192.0.2.7]', 'input.address-invalid'],
    ['[2001:db8::1', 'input.address-invalid'],
    ['2001:db8::1::2', 'input.address-invalid'],
    ['1:2:3:4:5:6:7', 'input.address-invalid'],
    ['[::1%]', 'input.address-invalid'],
    ['box:22:22', 'input.address-invalid'],
    [`${label63}a.example`, 'input.address-invalid'],
    ['a'.repeat(255), 'input.address-invalid'],
    [`${name253}a`, 'input.address-invalid'],
    ['box:', 'input.port-invalid'],
    ['box:0', 'input.port-invalid'],
    ['box:65536', 'input.port-invalid'],
    ['box:22x', 'input.port-invalid'],
    ['box:-1', 'input.port-invalid'],
    ['[::1]:', 'input.port-invalid'],
    ['box -p 22', 'input.trailing-text'],
    ['[::1]22', 'input.trailing-text'],
    ['ssh://box/etc/passwd', 'input.trailing-text'],
    ['ssh://box?x=1', 'input.trailing-text'],
    ['box\u0000', 'input.control-characters'],
    ['box\nother', 'input.control-characters'],
    ['b'.repeat(1001), 'input.text-too-long'],
  ])('refuses %j with %s', (text, code) => {
    expect(codeOf(parseAddress(text))).toBe(code);
  });

  it('quotes no part of a password back', () => {
    for (const text of [
      'ssh://admin:s3cret@box',
      'admin:s3 cret@box',
      'ssh://admin:s3/cret?@box',
      'ssh://admin%3As3cret@box',
    ]) {
      expect(JSON.stringify(parseAddress(text))).not.toMatch(/s3|cret/);
    }
  });

  it('reads back what formatAddress writes', () => {
    const address = fc
      .oneof(fc.domain(), fc.ipV4(), fc.ipV6())
      .map((text) => text.toLowerCase())
      .filter(isAddress);
    const user = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isUserName),
    );
    fc.assert(
      fc.property(address, user, fc.option(fc.integer({ min: 1, max: 65535 })), (host, name, port) => {
        const whole = { user: name, address: host, port };
        expect(valueOf(parseAddress(formatAddress(whole)))).toEqual(whole);
      }),
    );
  });

  it('never throws, and accepts nothing that a shell or ssh could take for more than an address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `admin@${text}:22`),
          fc.webUrl(),
        ),
        (text) => {
          const result = parseAddress(text);
          if (!result.ok) return;
          expect(result.value.address).toMatch(/^[A-Za-z0-9_:][\w.:%-]*$/);
          expect(result.value.user ?? 'x').not.toMatch(/^-|[\s'"`$;&|<>/:]/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
