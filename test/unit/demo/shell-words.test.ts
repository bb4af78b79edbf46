import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../electron/core/ssh/shell-quote.ts';
import { shellWords } from '../../../electron/demo/shell-words.ts';

describe('shellWords', () => {
  it('undoes shellQuote, whatever the arguments', () => {
    const argument = fc.string({ unit: 'binary' }).filter((text) => !/[\0\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1 }), (args) => {
        expect(shellWords(args.map(shellQuote).join(' '))).toEqual(args);
      }),
    );
  });

  it.each(['echo $HOME', 'a; b', 'a | b', 'a > b', '`id`', "'open", 'open\\', 'a && b', '(a)', 'a\nb'])(
    'leaves %j to a real shell',
    (command) => {
      expect(shellWords(command)).toBeNull();
    },
  );
});
