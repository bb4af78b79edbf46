import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKexInitReader, parseKexInit, showAlgorithms } from '../../../electron/core/ssh/kex-init.ts';

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const list = (names: string) => Buffer.concat([uint32(names.length), Buffer.from(names)]);
const payload = Buffer.concat([
  Buffer.from([20]),
  Buffer.alloc(16),
  ...['kex-a,kex-b', 'key-a', 'cipher-a', 'cipher-b', 'mac-a', 'mac-b', 'none', 'none', '', ''].map(list),
  Buffer.alloc(5),
]);
const packet = Buffer.concat([uint32(payload.length + 5), Buffer.from([4]), payload, Buffer.alloc(4)]);
const greeting = Buffer.from('Welcome\r\nto this host\r\nSSH-2.0-OpenSSH_9.9\r\n');

describe('the first packet of a host', () => {
  it('is read however it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (size) => {
        const bytes = Buffer.concat([greeting, packet, Buffer.alloc(64, 7)]);
        const reader = createKexInitReader();
        for (let at = 0; at < bytes.length && reader.push(bytes.subarray(at, at + size)); at += size);
        expect(reader.lists()).toEqual({
          keyExchange: ['kex-a', 'kex-b'],
          hostKey: ['key-a'],
          cipher: ['cipher-a'],
          mac: ['mac-a'],
        });
      }),
    );
  });

  it('that is none, is cut off or never ends does no harm, and is not kept for long', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => void parseKexInit(Buffer.from(bytes))));
    const reader = createKexInitReader();
    let chunks = 0;
    while (reader.push(Buffer.alloc(1_000, 'x'))) chunks += 1;
    expect(chunks).toBeLessThan(70);
    expect(reader.lists()).toBeNull();
    const liar = createKexInitReader();
    liar.push(Buffer.concat([greeting, uint32(0xffffffff), payload]));
    expect(liar.lists()).toBeNull();
  });

  it('is shown as plain, bounded text, without what is no algorithm', () => {
    expect(showAlgorithms(['a', 'ext-info-s', 'kex-strict-s-v00@openssh.com', 'b\u001b[31m'])).toBe('a, b');
    expect(showAlgorithms(Array.from({ length: 10_000 }, () => 'x'.repeat(100))).length).toBeLessThanOrEqual(600);
    expect(showAlgorithms([])).toBe('none');
  });
});
