import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../electron/core/ssh/shell-quote.ts';

// As login shells are started by sshd: with -c and one command line.
const shells = ['/bin/dash', '/bin/bash', '/bin/zsh', '/usr/bin/fish', '/bin/tcsh'].filter((path) => existsSync(path));

const hostile = [
  "'",
  '"',
  '\\',
  '\\\\',
  "\\'",
  '!',
  '!!',
  '!1',
  '$HOME',
  '$(id)',
  '`id`',
  '*',
  '?',
  '[a]',
  '~',
  '~root',
];
hostile.push(
  '{a,b}',
  '#',
  '%1',
  '%self',
  ';',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '^',
  '=',
  '=ls',
  '-n',
  '--',
  ' ',
  '\t',
  'a b',
  '',
);
hostile.push("it's", "''", '\u0001', '\u001b[31m', 'ünï', '🐟', "a'!\\b", '\\n', '@', ':', 'a=b', '{}', '!$', '^a^b');

const word = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary-ascii', maxLength: 1 }),
      fc.string({ unit: 'grapheme', maxLength: 1 }),
    ),
    maxLength: 12,
  })
  .filter((text) => !/[\0\r\n]/.test(text));

describe('shellQuote', () => {
  it.each(shells)('makes every word one argument, unchanged, in %s', (shell) => {
    const check = (words: readonly string[]) => {
      const command = ['/usr/bin/printf', '%s\\n', ...words].map(shellQuote).join(' ');
      const output = execFileSync(shell, ['-c', command], { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).toString();
      expect(output).toBe(words.map((text) => `${text}\n`).join(''));
    };
    check(hostile);
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), check), { numRuns: 40 });
  });

  it('leaves harmless words as they are, so that a process list is readable', () => {
    for (const plain of ['probes/facts', '3f9c', 'quay.io/acme/web:10.1@sha256:abc', '--progress-fd', '-1']) {
      expect(shellQuote(plain)).toBe(plain);
    }
    expect(shellQuote('')).toBe("''");
  });

  it.each(['a\nb', 'a\rb', 'a\0b'])('refuses what csh or an argument list cannot carry', (text) => {
    expect(() => shellQuote(text)).toThrow(TypeError);
  });
});
