import { SerializeAddon } from '@xterm/addon-serialize';
import { expect, it } from 'vitest';
import { createHeadless } from '../../../../electron/core/terminals/headless.ts';
import { createScreen } from '../../../../electron/core/terminals/screen.ts';
import { answerOnly } from '../../../../renderer/terminal/answers.ts';
import { terminalLimits } from '../../../../shared/model/terminal.ts';

const SIZE = { columns: 40, rows: 12 };

function open() {
  const titles: string[] = [];
  let bells = 0;
  const screen = createScreen({
    size: SIZE,
    onTitle: (title) => titles.push(title),
    onBell: () => (bells += 1),
    onRoom: () => undefined,
  });
  return { screen, titles, bells: () => bells };
}

/** A terminal of a page, and its state as text. */
function openPage() {
  const terminal = createHeadless(SIZE, 2000);
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  return {
    terminal,
    write: (text: string | Uint8Array) => new Promise<void>((resolve) => terminal.write(text, resolve)),
    state: () => serializer.serialize(),
  };
}

const never = openPage();
const fresh = openPage();

/** The same numbers at every run. */
function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

it.each([
  ['colours and a wrapped line', `\x1b[1;31mred\x1b[m ${'long '.repeat(20)}\r\n$ `],
  ['a full screen with a scroll region and a hidden cursor', '\x1b[?1049h\x1b[2;10r\x1b[5;5Hinside\x1b[?25l\x1b[?7l'],
  ['a mouse that is told as SGR, pasted text in brackets', '\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?1h$ '],
  ['wide characters and a cursor of its own', '漢字 🐳 é\r\n\x1b[4 q$ '],
  ['more lines than fit', Array.from({ length: 60 }, (_, line) => `line ${String(line)}`).join('\r\n')],
])('gives %s back to a page that comes later', async (_, output) => {
  const { screen } = open();
  screen.write(Buffer.from(output));
  await screen.settled();
  expect(screen.pending).toBe(0);
  await never.write(`\x1bc${output}`);
  await fresh.write(`\x1bc${screen.restore()}`);
  expect(fresh.state()).toBe(never.state());
  // And so does what is printed next.
  const next = '\r\n\x1b[3Anext\x1b[31m coloured\r\n\r\nand on';
  await never.write(next);
  await fresh.write(next);
  expect(fresh.state()).toBe(never.state());
  screen.dispose();
});

it('puts characters together that are cut at any of their bytes', async () => {
  const text = 'a é € 🐳 漢 e\u0301 ✓';
  const bytes = Buffer.from(text);
  const { screen } = open();
  for (let at = 1; at < bytes.length; at += 1) {
    screen.write(bytes.subarray(0, at));
    screen.write(bytes.subarray(at));
    screen.write(Buffer.from('\r\n'));
  }
  await screen.settled();
  const lines = screen.restore().split('\r\n');
  expect(lines.slice(0, bytes.length - 1)).toEqual(Array.from({ length: bytes.length - 1 }, () => text));
  screen.dispose();
});

it('makes plain text of a title, and counts bells', async () => {
  const { screen, titles, bells } = open();
  screen.write(Buffer.from(`\x1b]0;two\r\nlines\u202e ${'x'.repeat(500)}\x07\x07\x07`));
  await screen.settled();
  expect(titles).toHaveLength(1);
  expect(titles[0]).toMatch(/^two/);
  expect(titles[0]).not.toMatch(/\p{Cc}|\u202e/u);
  expect(titles[0]?.length).toBeLessThanOrEqual(terminalLimits.title);
  expect(bells()).toBe(2);
  screen.dispose();
});

it('survives ten thousand hostile outputs, which are answered with nothing but what is listed', async () => {
  const LISTED =
    /^(?:\x1b\[\?1;2c|\x1b\[>0;276;0c|\x1b\[0n|\x1b\[\??\d+;\d+R|\x1b\[\??\d+;[0-4]\$y|\x1b\]1[01];rgb:[0-9a-f/]{14}\x1b\\)$/;
  const words = [
    ...['\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b_', '\x1b^', '\x1bX', '\x1b\\', '\x07', '\x18', '\x1a', '\x05', '\x0e'],
    ...[
      '\x9b',
      '\x9d',
      '\x90',
      '\x9c',
      '\n',
      '\r',
      '?',
      '>',
      '=',
      '$',
      '+',
      '"',
      ' ',
      '!',
      ';',
      ':',
      '0',
      '2',
      '52',
      '1049',
    ],
    ...[
      '2147483648',
      '99999999999999999999',
      '10',
      '11',
      '4',
      '21',
      '8',
      'c',
      'n',
      'p',
      'q',
      't',
      'r',
      'R',
      'm',
      'h',
      'l',
    ],
    ...[
      '\x1b]0;evil\n\x07',
      '\x1b]52;c;cm0gLXJm\x07',
      '\x1b]8;;javascript:alert(1)\x07',
      '\x1bP$q"p\x1b\\',
      '\x1b[21t',
      '\x1bc',
    ],
    ...['\x1b[6n', '\x1b[c', '\x1b]11;?\x07', '\x1b[?2004$p', 'text', '漢', '\u{1f433}', '\u0301', '\ud800'],
  ];
  const page = openPage();
  const answers: string[] = [];
  const unlisted: string[] = [];
  page.terminal.options.theme = { foreground: '#e0e0e0', background: '#0b0b0b' };
  answerOnly(page.terminal, { answer: (text) => answers.push(text), writeClipboard: () => undefined });
  page.terminal.onData((text) => unlisted.push(text));
  page.terminal.onBinary((text) => unlisted.push(text));
  const { screen, titles } = open();
  const number = createNumbers(20);
  for (let batch = 0; batch < 100; batch += 1) {
    for (let count = 0; count < 100; count += 1) {
      let output = '';
      for (let length = 1 + number(12); length > 0; length -= 1) {
        output += number(8) === 0 ? String.fromCharCode(number(0x300)) : (words[number(words.length)] ?? '');
      }
      // Half of it as bytes that are no text.
      const bytes = Buffer.from(output, number(2) === 0 ? 'utf8' : 'latin1');
      page.terminal.write(bytes);
      screen.write(bytes);
    }
    await Promise.all([page.write(''), screen.settled()]);
  }
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter((answer) => !LISTED.test(answer))).toEqual([]);
  expect(unlisted).toEqual([]);
  expect(titles.filter((title) => title.length > terminalLimits.title || /\p{Cc}/u.test(title))).toEqual([]);
  // What it gives to a page holds no question either.
  const asked = answers.length;
  await page.write(`\x1bc${screen.restore()}`);
  expect(answers).toHaveLength(asked);
  screen.dispose();
});
