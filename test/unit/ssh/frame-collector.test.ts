import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createFrameCollector } from '../../../electron/core/ssh/frame-collector.ts';

const NONCE = 'ffeeddccbbaa99887766554433221100';
const MB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a frame collector', () => {
  it('takes no more memory for an answer that comes byte by byte', () => {
    const collector = createFrameCollector(NONCE, {});
    const bytes = 500_000;
    const one = new Uint8Array([0x78]);
    void collector.push(Buffer.from(`\n${NONCE} begin a\n`));
    collectGarbage();
    const before = process.memoryUsage();
    for (let index = 0; index < bytes; index += 1) void collector.push(one);
    collectGarbage();
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(collector.frames()[0]?.text).toHaveLength(bytes);
    expect(grown).toBeLessThan(4 * MB);
  });

  it('keeps pieces of every size whole and in order', () => {
    const collector = createFrameCollector(NONCE, {});
    void collector.push(Buffer.from(`\n${NONCE} begin a\n`));
    let expected = '';
    for (let length = 1; length < 70_000; length = length * 3 + 1) {
      const piece = String(length % 10).repeat(length);
      expected += piece;
      void collector.push(Buffer.from(piece));
    }
    expect(collector.frames()[0]?.text).toBe(expected);
  });
});
