import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInterruptDrop, DROP_LIMITS, interruptEcho } from '../../../../electron/core/terminals/interrupt-drop.ts';
import { createOutputPipe } from '../../../../electron/core/terminals/output-pipe.ts';

const FLOOD = Buffer.from('flood\r\n'.repeat(4000));

describe('an interrupt', () => {
  it.each([
    ['\u0003', '^C'],
    ['\u001c', '^\\'],
    ['\u001a', '^Z'],
    ['q', null],
    [`${'x'.repeat(20)}\u0003`, null],
  ])('%j is echoed as %j', (typed, echo) => {
    expect(interruptEcho(Buffer.from(typed))).toBe(echo);
  });

  it('drops all up to its echo, also one that is cut', () => {
    const drop = createInterruptDrop('^C');
    expect(drop.push(FLOOD)).toBeNull();
    expect(drop.push(Buffer.from('flo^'))).toBeNull();
    expect(drop.push(Buffer.from('C\r\n$ '))).toEqual({
      dropped: FLOOD.length + 3,
      modes: '',
      rest: Buffer.from('^C\r\n$ '),
    });
  });

  it('keeps the modes that were set in what is dropped', () => {
    const drop = createInterruptDrop('^C');
    drop.push(Buffer.from(`\x1b[?1049h\x1b[?25l${FLOOD.toString()}\x1b[?1049;2004l\x1b[?9999h\x1b[?104`));
    expect(drop.push(Buffer.from('9h^C'))?.modes).toBe('\x1b[?25l\x1b[?2004l\x1b[?1049h');
  });

  it('without an echo keeps the line that was being printed', () => {
    const drop = createInterruptDrop('^C');
    drop.push(FLOOD);
    drop.push(Buffer.from('more\r\n$ '));
    expect(drop.end()).toMatchObject({ dropped: FLOOD.length + 6, rest: Buffer.from('$ ') });
  });
});

describe('output on its way to the screens', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  function open({ backlog = 1_000_000, isAlternate = false } = {}) {
    const source = new PassThrough({ highWaterMark: 1024 });
    const state = { text: '', dropped: 0, hasRoom: true };
    const pipe = createOutputPipe({
      source,
      show: (bytes) => (state.text += Buffer.from(bytes).toString()),
      hasRoom: () => state.hasRoom,
      backlog: () => backlog,
      isAlternate: () => isAlternate,
      onDropped: (bytes) => (state.dropped += bytes),
    });
    const print = async (text: string) => {
      source.write(text);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { pipe, state, print, source };
  }

  it('waits while nobody has room, and is dropped then by an interrupt, with a note', async () => {
    const { pipe, state, print } = open();
    state.hasRoom = false;
    await print('first');
    await print('x'.repeat(100_000));
    expect(state.text).toBe('first');
    pipe.interrupt('^C');
    await print('^C\r\n$ ');
    expect(state.dropped).toBe(100_000);
    expect(state.text).toMatch(
      /^first\x18\x1b\[m\x1b\(B\x0f\r\n.*100 kB of output dropped by the interrupt.*\r\n\^C\r\n\$ $/,
    );
  });

  it('is shown again when the host falls quiet, or goes on all the same', async () => {
    const quiet = open();
    quiet.pipe.interrupt('^C');
    await quiet.print('flood\r\n$ ');
    await vi.advanceTimersByTimeAsync(DROP_LIMITS.quietMs);
    expect(quiet.state.text).toMatch(/interrupt ….*\r\n\$ $/);

    const stubborn = open();
    stubborn.pipe.interrupt('^C');
    for (let past = 0; past < DROP_LIMITS.longestMs; past += 20) {
      await stubborn.print('flood\r\n');
      await vi.advanceTimersByTimeAsync(20);
    }
    await stubborn.print('and on\r\n');
    expect(stubborn.state.text).toMatch(/interrupt …[^]*and on\r\n$/);
  });

  it.each([
    ['in a trickle', { backlog: 10 }],
    ['while a program has the whole screen', { isAlternate: true }],
  ])('is never dropped %s', async (_, differs) => {
    const { pipe, state, print } = open(differs);
    pipe.interrupt('^C');
    await print('all of it');
    expect(state).toMatchObject({ text: 'all of it', dropped: 0 });
  });

  it('stands still while it is held, and loses nothing', async () => {
    const { pipe, state, print } = open();
    const letGo = pipe.hold();
    const letGoToo = pipe.hold();
    await print('one');
    letGo();
    await print('two');
    expect(state.text).toBe('');
    letGoToo();
    await print('three');
    expect(state.text).toBe('onetwothree');
  });
});
