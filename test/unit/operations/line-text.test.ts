import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine } from '../../../electron/core/operations/line-text.ts';

const ESC = '\u001b';
const COLOUR = new RegExp(`${ESC}\\[[\\d;]+m`, 'g');

describe('cleanLine', () => {
  it.each([
    ['plain text', 'Deploying...done', 'Deploying...done'],
    ['a tab', 'a\tb', 'a\tb'],
    ['other alphabets', 'Grüße 主机 🚢', 'Grüße 主机 🚢'],
    ['colours', `${ESC}[31merror${ESC}[0m`, `${ESC}[31merror${ESC}[0m${ESC}[0m`],
    [
      'colours of 256 and of 16 million',
      `${ESC}[38;5;200mx${ESC}[48;2;1;2;3my`,
      `${ESC}[38;5;200mx${ESC}[48;2;1;2;3my${ESC}[0m`,
    ],
    ['a colour that is cut off', `${ESC}[38;2;1mx`, 'x'],
    ['hidden and blinking text', `${ESC}[8;5mx`, 'x'],
    ['hidden beside a colour', `${ESC}[8;31mx`, `${ESC}[31mx${ESC}[0m`],
    ['a cursor that moves', `${ESC}[2J${ESC}[1;1Hx`, 'x'],
    ['a title', `${ESC}]0;owned\u0007x`, 'x'],
    ['a link', `${ESC}]8;;http://x${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    ['a clipboard write without an end', `a${ESC}]52;c;aGk=`, 'a'],
    ['a device control string', `a${ESC}Pq#0${ESC}\\b`, 'ab'],
    ['a reset of the terminal', `${ESC}cx`, 'x'],
    ['a character set', `${ESC}(0x`, 'x'],
    ['eight-bit sequences', '\u009b2Jx\u009d0;t\u0007y', 'xy'],
    ['bells and backspaces', 'a\u0007\u0008b\u007f', 'ab'],
    ['turned text', 'a\u202etxt.exe', 'atxt.exe'],
    ['what a carriage return overwrites', '10 %\r20 %\rdone\r', 'done'],
    ['an escape at the end', `x${ESC}`, 'x'],
  ])('keeps and removes what it should: %s', (_name, line, expected) => {
    expect(cleanLine(line, true)).toBe(expected);
  });

  it('leaves no sequence at all in plain text', () => {
    expect(cleanLine(`${ESC}[31merror${ESC}[0m`, false)).toBe('error');
  });

  it('lets nothing through but colours, whatever comes', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(ESC, '[', ']', '0', '38', ';', 'm', 'H', '?', ' ', '\u009b', '\u0007', '\\', 'P', 'x', '\r'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, fc.boolean(), (line, colours) => {
        const text = cleanLine(line, colours);
        const rest = text.replaceAll(COLOUR, colours ? '' : '!');
        expect(rest.replaceAll('\t', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a long hostile line in no time', () => {
    const began = performance.now();
    for (const piece of [`${ESC}[`, `${ESC}]`, `${ESC}[1;`, '\r', `${ESC}P`]) cleanLine(piece.repeat(16_384), true);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
