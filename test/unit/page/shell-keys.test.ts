import { expect, test } from 'vitest';
import { shellKey, type ShellKey } from '../../../renderer/terminal/shell-keys.ts';

/** `Control+Shift+KeyC`: modifiers and the code of the key. */
function key(text: string): ShellKey {
  const parts = text.split('+');
  const code = parts.at(-1) ?? '';
  return shellKey({
    code,
    key: code.startsWith('Key') ? code.slice(3).toLowerCase() : code === 'Backquote' ? '`' : code,
    ctrlKey: parts.includes('Control'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
    metaKey: parts.includes('Meta'),
  });
}

test.each([
  'KeyA',
  'Control+KeyC',
  'Control+KeyK',
  'Control+KeyB',
  'Control+KeyV',
  'Alt+KeyB',
  'Escape',
  'Tab',
  'F5',
  'PageUp',
])('%s is typed', (text) => expect(key(text)).toBeNull());

test.each([
  ['Control+Shift+KeyC', 'copy'],
  ['Control+Shift+KeyF', 'find'],
  ['Control+Shift+ArrowLeft', 'left'],
  ['Control+Shift+Alt+ArrowLeft', 'grow-left'],
  ['Shift+PageUp', 'scroll-up'],
  ['Meta+KeyC', 'copy'],
])('%s is for the dock: %s', (text, action) => expect(key(text)).toEqual({ kind: 'action', action }));

test('the page and the browser get theirs', () => {
  expect(key('F6')).toBe('page');
  expect(key('Shift+F6')).toBe('page');
  expect(key('Control+Backquote')).toBe('page');
  expect(key('Control+Shift+KeyV')).toBe('browser');
  expect(key('Shift+Insert')).toBe('browser');
  expect(key('Meta+KeyV')).toBe('browser');
});
