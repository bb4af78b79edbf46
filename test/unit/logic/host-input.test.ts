import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHostInput, hostInputFromAddress } from '../../../shared/logic/host-input.ts';
import { HostInput } from '../../../shared/model/host.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import { parseAddress } from '../../../shared/parse/address.ts';

const good: HostInput = {
  name: 'web-03.ber',
  address: '10.20.4.13',
  port: 22,
  user: 'admin',
  keyFile: '~/.ssh/id_ed25519',
  group: 'Berlin',
  tags: ['prod', 'web'],
  note: 'Rack 7\nleft',
  transport: 'auto',
  source: null,
};

const failuresOf = (overrides: Partial<HostInput>, others: readonly { name: string }[] = []) => {
  const failures = checkHostInput({ ...good, ...overrides }, others);
  return failures && Object.fromEntries(Object.entries(failures).map(([field, found]) => [field, found?.code]));
};

describe('checkHostInput', () => {
  it('takes good input', () => {
    expect(failuresOf({})).toBeNull();
    expect(failuresOf({ port: null, user: null, keyFile: null, group: null, tags: [], note: '' })).toBeNull();
    expect(
      failuresOf({ address: '2001:db8::1', name: 'box, in the corner', tags: ['ünïcode', '2.14_x-y'] }),
    ).toBeNull();
  });

  it.each([
    [{ name: '' }, { name: 'input.name-empty' }],
    [{ name: '  ' }, { name: 'input.name-empty' }],
    [{ name: 'x'.repeat(hostLimits.name + 1) }, { name: 'input.text-too-long' }],
    [{ name: 'a\u0007b' }, { name: 'input.control-characters' }],
    [{ address: '' }, { address: 'input.address-empty' }],
    [{ address: 'a b' }, { address: 'input.address-invalid' }],
    [{ address: 'box;reboot' }, { address: 'input.address-invalid' }],
    [{ address: '[2001:db8::1]' }, { address: 'input.address-invalid' }],
    [{ address: 'x'.repeat(hostLimits.address + 1) }, { address: 'input.text-too-long' }],
    [{ port: 0 }, { port: 'input.port-invalid' }],
    [{ port: 65_536 }, { port: 'input.port-invalid' }],
    [{ port: 22.5 }, { port: 'input.port-invalid' }],
    [{ port: Number.NaN }, { port: 'input.port-invalid' }],
    [{ user: '' }, { user: 'input.user-invalid' }],
    [{ user: '-oProxyCommand=x' }, { user: 'input.user-invalid' }],
    [{ user: 'x'.repeat(hostLimits.user + 1) }, { user: 'input.text-too-long' }],
    [{ keyFile: 'a\nb' }, { keyFile: 'input.control-characters' }],
    [{ group: 'x'.repeat(hostLimits.group + 1) }, { group: 'input.text-too-long' }],
    [{ tags: ['two words'] }, { tags: 'input.tag-invalid' }],
    [{ tags: [''] }, { tags: 'input.tag-invalid' }],
    [{ tags: ['-lab'] }, { tags: 'input.tag-invalid' }],
    [{ tags: ['a,b'] }, { tags: 'input.tag-invalid' }],
    [{ tags: ['x'.repeat(hostLimits.tag + 1)] }, { tags: 'input.text-too-long' }],
    [{ tags: Array.from({ length: hostLimits.tags + 1 }, (_, index) => `t${index}`) }, { tags: 'input.too-many-tags' }],
    [{ note: 'x'.repeat(hostLimits.note + 1) }, { note: 'input.text-too-long' }],
    [{ note: 'a\u001b[31m' }, { note: 'input.control-characters' }],
    [
      { name: '', address: '', port: -1 },
      { name: 'input.name-empty', address: 'input.address-empty', port: 'input.port-invalid' },
    ],
  ])('refuses %j', (overrides, expected) => expect(failuresOf(overrides)).toEqual(expected));

  it('refuses a name that is taken, whatever its case', () => {
    expect(failuresOf({}, [{ name: 'WEB-03.ber ' }])).toEqual({ name: 'input.name-taken' });
    expect(failuresOf({}, [{ name: 'web-03' }])).toBeNull();
  });

  it('takes nothing that the schema of the border refuses', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    const input = fc.record({
      name: text,
      address: fc.oneof(text, fc.domain(), fc.ipV6()),
      port: fc.oneof(fc.constant(null), fc.integer({ min: -1, max: 70_000 }), fc.double()),
      user: fc.option(text),
      keyFile: fc.option(text),
      group: fc.option(text),
      tags: fc.array(fc.string({ maxLength: 45 }), { maxLength: 22 }),
      note: text,
      transport: fc.constantFrom('auto', 'built-in', 'openssh'),
      source: fc.constant(null),
    });
    fc.assert(
      fc.property(input, (candidate) => {
        fc.pre(checkHostInput(candidate, []) === null);
        expect(HostInput.safeParse(candidate).success).toBe(true);
      }),
    );
  });
});

describe('hostInputFromAddress', () => {
  const from = (text: string, ...taken: string[]) => {
    const address = parseAddress(text);
    if (!address.ok) throw new Error(address.failure.code);
    return hostInputFromAddress(
      address.value,
      taken.map((name) => ({ name })),
    );
  };

  it('names the host by its address', () => {
    expect(from('admin@box')).toEqual({
      name: 'box',
      address: 'box',
      port: null,
      user: 'admin',
      keyFile: null,
      group: null,
      tags: [],
      note: '',
      source: null,
    });
  });

  it.each([
    [['box'], 'box:2222'],
    [['BOX', 'box:2222'], 'admin@box:2222'],
    [['box', 'box:2222', 'admin@box:2222'], 'box 2'],
    [['box', 'box:2222', 'admin@box:2222', 'box 2'], 'box 3'],
  ])('finds a free name beside %j', (taken, name) => expect(from('admin@box:2222', ...taken).name).toBe(name));

  it('always makes something that can be added', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    for (const taken of [[], [long.slice(0, 100)]]) {
      expect(
        checkHostInput(
          from(long, ...taken),
          taken.map((name) => ({ name })),
        ),
      ).toBeNull();
    }
  });
});
