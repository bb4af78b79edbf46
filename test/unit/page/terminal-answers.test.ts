import headless from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerOnly, clipboardText } from '../../../renderer/terminal/answers.ts';

/** A terminal as in the dock, without a screen; what it says to the host, by our list and by xterm itself. */
async function answersTo(...output: readonly string[]) {
  const terminal = new headless.Terminal({ allowProposedApi: true, cols: 80, rows: 24, logLevel: 'off' });
  const answers: string[] = [];
  const byXterm: string[] = [];
  const clipboard: string[] = [];
  terminal.options.theme = { foreground: '#e0e0e0', background: '#0b0b0b' };
  answerOnly(terminal, {
    answer: (text) => answers.push(text),
    writeClipboard: (text) => clipboard.push(text),
  });
  terminal.onData((text) => byXterm.push(text));
  terminal.onBinary((text) => byXterm.push(text));
  for (const piece of output) await new Promise<void>((resolve) => terminal.write(piece, resolve));
  terminal.dispose();
  return { answers, byXterm, clipboard };
}

test('the questions that are answered', async () => {
  const { answers, byXterm } = await answersTo(
    '\x1b[c\x1b[>c\x1b[5n',
    'abc\r\nde\x1b[6n\x1b[?6n',
    '\x1b[?2004h\x1b[?2004$p\x1b[?1049$p\x1b[4$p\x1b[?12345$p',
    '\x1b]10;?\x07\x1b]11;?\x1b\\',
  );
  expect(answers).toEqual([
    '\x1b[?1;2c',
    '\x1b[>0;276;0c',
    '\x1b[0n',
    '\x1b[2;3R',
    '\x1b[?2;3R',
    '\x1b[?2004;1$y',
    '\x1b[?1049;2$y',
    '\x1b[4;2$y',
    '\x1b[?12345;0$y',
    '\x1b]10;rgb:e0e0/e0e0/e0e0\x1b\\',
    '\x1b]11;rgb:0b0b/0b0b/0b0b\x1b\\',
  ]);
  expect(byXterm).toEqual([]);
});

test('what could be made to type, or shows more than it should, gets no answer', async () => {
  const { answers, byXterm, clipboard } = await answersTo(
    '\x1b]0;rm -rf /\n\x07\x1b[21t\x1b[20t', // the title, asked back
    '\x1bP$q"p\x1b\\\x1bP$qm\x1b\\\x1bP$qr; id\x1b\\', // DECRQSS
    '\x1bP+q544e\x1b\\', // XTGETTCAP
    '\x1b[14t\x1b[16t\x1b[18t\x1b[11t\x1b[13t', // window reports
    '\x1b]4;1;?\x07\x1b]12;?\x07\x1b]52;c;?\x07', // palette, cursor colour, clipboard
    '\x1b[>q\x1b[=c\x1b[x\x1b[?15n\x1b[?26n\x05', // version, tertiary attributes, parameters, printer, keyboard, ENQ
  );
  expect({ answers, byXterm, clipboard }).toEqual({ answers: [], byXterm: [], clipboard: [] });
});

test('a colour that a host sets is not what it is told of afterwards', async () => {
  const { answers } = await answersTo('\x1b]11;#ff0000\x07\x1b]11;?\x07');
  expect(answers).toEqual(['\x1b]11;rgb:0b0b/0b0b/0b0b\x1b\\']);
});

test('the clipboard is written with text alone', async () => {
  const { clipboard } = await answersTo(`\x1b]52;c;${btoa('copied')}\x07`);
  expect(clipboard).toEqual(['copied']);
  expect(clipboardText('c;?')).toBeNull();
  expect(clipboardText('c;')).toBeNull();
  expect(clipboardText('c;not base64!')).toBeNull();
  expect(clipboardText(`c;${btoa('\xff\xfe')}`)).toBeNull();
  expect(clipboardText(`c;${'A'.repeat(2_000_000)}`)).toBeNull();
});

test('whatever comes, nothing is said that is not on the list', async () => {
  const listed =
    /^(?:\x1b\[\?1;2c|\x1b\[>0;276;0c|\x1b\[0n|\x1b\[\??\d+;\d+R|\x1b\[\??\d+;[0-4]\$y|\x1b\]1[01];rgb:[0-9a-f/]{14}\x1b\\)$/;
  const word = fc.constantFrom(
    ...['\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b\\', '\x07', '\x9b', '\x9d', '\x90', '\x9c', '\n', '\x05', '\x18'],
    ...['?', '>', '=', '$', '+', '"', ' ', ';', ':', '0', '6', '52', '999999999999', '10', '4', '21', '1049'],
    ...['c', 'n', 'p', 'q', 't', 'R', 'm', 'h', 'l', 'x', 'y', 'z', '$q', '$p', '+q', 'c;?', ';?'],
  );
  const hostile = fc.array(
    fc.oneof(
      word,
      fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCharCode(code)),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (pieces) => {
      const { answers, byXterm } = await answersTo(pieces.join(''));
      expect(byXterm).toEqual([]);
      for (const answer of answers) expect(answer).toMatch(listed);
    }),
    { numRuns: 150 },
  );
});
