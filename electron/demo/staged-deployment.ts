import { Buffer } from 'node:buffer';
import type { DemoDeployment } from './deployment.ts';

/**
 * /run/ostree/staged-deployment as `od -An -v -tx1` prints it: GLib's binary GVariant, `a{sv}`, with those of ostree's keys that
 * tell about the next boot. `kernel` is ostree's boot checksum, `root` the argument that names the root file system.
 */
export function stagedDeployment(staged: DemoDeployment, kernel: string, root: string): string {
  const bytes = dictionary([
    ['target', dictionary([['bootcsum', text(kernel), 's']]), 'a{sv}'],
    ['kargs', array([root, ...staged.arguments].map(text), 1), 'as'],
  ]);
  const lines = bytes.toString('hex').match(/.{1,32}/g) ?? [];
  return lines.map((line) => ` ${line.match(/../g)?.join(' ') ?? ''}\n`).join('');
}

type Entry = readonly [key: string, value: Buffer, type: string];

function dictionary(entries: readonly Entry[]): Buffer {
  return array(
    entries.map(([key, value, type]) => {
      const name = text(key);
      const variant = Buffer.concat([value, Buffer.of(0), Buffer.from(type, 'latin1')]);
      return withOffsets(Buffer.concat([padded(name, 8), variant]), [name.length]);
    }),
    8,
  );
}

/** Items without a fixed size, and where each of them ends. */
function array(items: readonly Buffer[], alignment: number): Buffer {
  const ends: number[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  for (const item of items) {
    bytes = Buffer.concat([padded(bytes, alignment), item]);
    ends.push(bytes.length);
  }
  return withOffsets(bytes, ends);
}

/** Offsets are as wide as the whole, they included, needs them to be. */
function withOffsets(bytes: Buffer, offsets: readonly number[]): Buffer {
  const width = [1, 2, 4].find((size) => bytes.length + offsets.length * size < 2 ** (8 * size)) ?? 4;
  const table = Buffer.alloc(offsets.length * width);
  for (const [index, offset] of offsets.entries()) table.writeUIntLE(offset, index * width, width);
  return Buffer.concat([bytes, table]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}

function padded(bytes: Buffer, alignment: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
