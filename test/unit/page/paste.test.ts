import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookAtLink } from '../../../renderer/terminal/links.ts';
import { lookAtPaste, pasteInput, visibleLines, wantsLook } from '../../../renderer/terminal/paste.ts';

test('one line is pasted as it is; several, an Enter at the end and what one does not see are shown first', () => {
  expect(wantsLook(lookAtPaste('uptime --pretty'))).toBe(false);
  expect(wantsLook(lookAtPaste('a\tb'))).toBe(false);
  expect(lookAtPaste('one\r\ntwo\rthree\n')).toEqual({ lines: 3, endsWithEnter: true, controls: [] });
  expect(wantsLook(lookAtPaste('reboot\n'))).toBe(true);
  expect(lookAtPaste('a\x1b[201~b\x1b\u202ec')).toEqual({
    lines: 1,
    endsWithEnter: false,
    controls: ['«ESC»', '«U+202E»'],
  });
  expect(visibleLines('a\x1b[A\nb\n', 10)).toEqual(['a«ESC»[A', 'b']);
  expect(visibleLines('1\n2\n3', 2)).toEqual(['1', '2']);
});

test('line ends become Enter, and nothing in a paste ends its brackets', () => {
  expect(pasteInput('a\r\nb\nc\rd', false)).toBe('a\rb\rc\rd');
  expect(pasteInput('ls\x1b[201~; id', true)).toBe('\x1b[200~ls[201~; id\x1b[201~');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0x2ff })), (codes) => {
      const text = String.fromCharCode(...codes);
      expect(pasteInput(text, true).split('\x1b')).toHaveLength(3);
      expect(pasteInput(text, false)).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
    }),
  );
});

test('an address of a host is opened only when it is plain https, and shows as it travels', () => {
  expect(lookAtLink('https://docs.example/a?b#c')).toEqual({
    kind: 'safe',
    address: 'https://docs.example/a?b#c',
    host: 'docs.example',
  });
  expect(lookAtLink('https://аpple.com/')).toMatchObject({ kind: 'safe', host: 'xn--pple-43d.com' });
  for (const address of [
    'http://plain.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'https://bank.example@evil.example/',
    'no address',
    `https://long.example/${'x'.repeat(3000)}`,
  ]) {
    expect(lookAtLink(address).kind).toBe('refused');
  }
});
