/** Numbers of the connection protocol (RFC 4254, 9). */
export const MESSAGE = {
  open: 90,
  opened: 91,
  refused: 92,
  window: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** A number of 32 bits, or bytes with their length before them, which is what a string is too. */
export type Field = number | string | Buffer;

/** A message of fields, each as SSH writes it (RFC 4251, 5); `flag` is one byte. */
export function message(type: number, ...fields: readonly (Field | { readonly flag: boolean })[]): Buffer {
  const parts: Buffer[] = [Buffer.from([type])];
  for (const field of fields) {
    if (typeof field === 'object' && 'flag' in field) parts.push(Buffer.from([field.flag ? 1 : 0]));
    else parts.push(encode(field));
  }
  return Buffer.concat(parts);
}

/** Fields alone, without the byte of a type. */
export function encode(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'number') return uint32(field);
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
      return Buffer.concat([uint32(bytes.length), bytes]);
    }),
  );
}

/** Bytes with their length before them. */
export function framed(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** No honest packet is longer: data goes in pieces of 32 KiB. */
const MAX_PACKET = 256 * 1024;

/** Takes a stream apart into what stands behind each length. Throws RangeError for what is no packet. */
export function createPacketReader(onPacket: (packet: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= 4) {
      const length = rest.readUInt32BE(at);
      if (length > MAX_PACKET) throw new RangeError('A packet is too long');
      if (rest.length - at - 4 < length) break;
      onPacket(rest.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    rest = at === 0 ? rest : rest.subarray(at);
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
