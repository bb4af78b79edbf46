import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameParser, MAX_MARKER_BYTES } from '../../../shared/parse/frames.ts';

const NONCE = '0123456789abcdef0123456789abcdef';

interface Seen {
  readonly frames: { name: string; args: readonly string[]; data: Buffer; exitCode: number | null }[];
  stray: Buffer;
}

function parse(chunks: readonly Uint8Array[]): Seen {
  const seen: Seen = { frames: [], stray: Buffer.alloc(0) };
  const parser = createFrameParser(NONCE, {
    onBegin: (name, args) => void seen.frames.push({ name, args, data: Buffer.alloc(0), exitCode: null }),
    onData(name, bytes) {
      const frame = seen.frames.at(-1)!;
      expect(frame.name).toBe(name);
      frame.data = Buffer.concat([frame.data, bytes]);
    },
    onEnd(name, exitCode) {
      expect(seen.frames.at(-1)!.name).toBe(name);
      seen.frames.at(-1)!.exitCode = exitCode;
    },
    onStray: (bytes) => (seen.stray = Buffer.concat([seen.stray, bytes])),
  });
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return seen;
}

const frame = (name: string, data: Uint8Array | string, exitCode = 0, args = '') =>
  Buffer.concat([
    Buffer.from(`\n${NONCE} begin ${name}${args}\n`),
    Buffer.from(data),
    Buffer.from(`\n${NONCE} end ${name} ${exitCode}\n`),
  ]);

/** Bytes that look like markers more often than chance has it. */
const trickyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\n', '\n\n', `\n${NONCE}`, `\n${NONCE} `, `\n${NONCE} end other 0\n`, NONCE.slice(0, 9), 'begin')
        .map((s) => Buffer.from(s)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

describe('frame parser', () => {
  it('gives each frame its exact bytes and everything else to stray', () => {
    const seen = parse([
      Buffer.concat([
        Buffer.from('Welcome\n{"motd":1}'),
        frame('a', 'one\n'),
        frame('b/c.d-e', '', 127, ' 12 x'),
        Buffer.from('bye'),
      ]),
    ]);
    expect(seen.frames).toEqual([
      { name: 'a', args: [], data: Buffer.from('one\n'), exitCode: 0 },
      { name: 'b/c.d-e', args: ['12', 'x'], data: Buffer.alloc(0), exitCode: 127 },
    ]);
    expect(seen.stray.toString()).toBe('Welcome\n{"motd":1}bye');
  });

  it('reads the same wherever the stream is cut', () => {
    const stream = Buffer.concat([
      Buffer.from('stray\n\n'),
      frame('a', `x\n${NONCE.slice(0, 5)}\n\n`),
      frame('b', 'y', 3),
    ]);
    const whole = parse([stream]);
    expect(whole.frames.map(({ data }) => data.toString())).toEqual([`x\n${NONCE.slice(0, 5)}\n\n`, 'y']);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      expect(parse([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole);
    }
    expect(parse(Array.from(stream, (_, index) => stream.subarray(index, index + 1)))).toEqual(whole);
  });

  it('round-trips any bytes under any cutting', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), data: trickyBytes, exitCode: fc.nat(255) }), {
          maxLength: 5,
        }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        (frames, sizes) => {
          const stream = Buffer.concat(frames.map(({ name, data, exitCode }) => frame(name, data, exitCode)));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length]!;
            chunks.push(stream.subarray(at, at + size));
            at += size;
          }
          const seen = parse(chunks);
          expect(seen.frames).toEqual(frames.map((item) => ({ ...item, args: [] })));
          expect(seen.stray).toHaveLength(0);
        },
      ),
    );
  });

  it('leaves a frame open that the stream cuts off, with all of its bytes', () => {
    const seen = parse([frame('a', 'half of it').subarray(0, -20)]);
    expect(seen.frames).toHaveLength(1);
    expect(seen.frames[0]!.exitCode).toBeNull();
    expect(seen.frames[0]!.data.toString()).toContain('half of it');
  });

  it('takes the next begin as the end of a frame that lost its own', () => {
    const seen = parse([Buffer.from(`\n${NONCE} begin a\nlost`), frame('b', 'kept')]);
    expect(seen.frames).toMatchObject([
      { name: 'a', data: Buffer.from('lost'), exitCode: null },
      { name: 'b', data: Buffer.from('kept'), exitCode: 0 },
    ]);
  });

  it('takes markers of another nonce, and markers that never end, as bytes', () => {
    const forged = `\n${'f'.repeat(32)} end a 0\n`;
    const endless = `\n${NONCE} begin ${'x'.repeat(2 * MAX_MARKER_BYTES)}`;
    const seen = parse([frame('a', forged + endless + '\n')]);
    expect(seen.frames).toMatchObject([{ name: 'a', exitCode: 0 }]);
    expect(seen.frames[0]!.data.toString()).toBe(forged + endless + '\n');
  });
});
