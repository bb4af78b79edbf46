/**
 * The few shapes of GLib's binary GVariant in which ostree keeps its state: `a{sv}`, `s` and `as`, little endian. Source: the GVariant
 * specification. What does not fit in its frame is left out; nothing throws, and nothing is read outside of the bytes given.
 */

/** A value that still has its type with it (`v`). `bytes` is the value alone. */
export interface Variant {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The entries of an `a{sv}`, at most `limit`. */
export function readDictionary(bytes: Uint8Array, limit = 100): ReadonlyMap<string, Variant> {
  const entries = new Map<string, Variant>();
  for (const entry of items(bytes, 8, limit)) {
    // The key is of no fixed size, so the entry ends in the offset at which the key does.
    const size = offsetSize(entry.length);
    const keyEnd = numberAt(entry, entry.length - size, size);
    const key = text(entry.subarray(0, keyEnd));
    const value = variant(entry.subarray(aligned(keyEnd, 8), entry.length - size));
    if (key !== null && value) entries.set(key, value);
  }
  return entries;
}

/** The strings of an `as`, at most `limit`; null for a value of another type. */
export function readStrings(value: Variant | undefined, limit = 200): string[] | null {
  if (value?.type !== 'as') return null;
  return items(value.bytes, 1, limit).flatMap((item) => text(item) ?? []);
}

/** A string (`s`); null for a value of another type. */
export function readString(value: Variant | undefined): string | null {
  return value?.type === 's' ? text(value.bytes) : null;
}

/** The items of an array whose items have no fixed size: its end holds where each of them ends. */
function items(bytes: Uint8Array, alignment: number, limit: number): Uint8Array[] {
  const size = offsetSize(bytes.length);
  const tableAt = numberAt(bytes, bytes.length - size, size);
  const count = (bytes.length - tableAt) / size;
  if (bytes.length === 0 || tableAt >= bytes.length || !Number.isInteger(count)) return [];
  const found: Uint8Array[] = [];
  let start = 0;
  for (let index = 0; index < Math.min(count, limit); index += 1) {
    const end = numberAt(bytes, tableAt + index * size, size);
    start = aligned(start, alignment);
    if (end < start || end > tableAt) return found;
    found.push(bytes.subarray(start, end));
    start = end;
  }
  return found;
}

/** A value, a NUL, its type. */
function variant(bytes: Uint8Array): Variant | null {
  const separator = bytes.lastIndexOf(0);
  if (separator === -1) return null;
  return { type: characters(bytes.subarray(separator + 1)), bytes: bytes.subarray(0, separator) };
}

function text(bytes: Uint8Array): string | null {
  return bytes.at(-1) === 0 ? characters(bytes.subarray(0, -1)) : null;
}

/** ASCII; anything else is shown as a mark, and never compared. */
function characters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
}

function offsetSize(length: number): number {
  return length <= 0xff ? 1 : length <= 0xffff ? 2 : 4;
}

function numberAt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = size - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
