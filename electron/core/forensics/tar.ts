/**
 * A file of an archive. `path` relative, with slashes: text, or bytes where it is no UTF-8. Without more it is a plain file of root that
 * its owner alone can read.
 */
export interface TarFile {
  readonly path: string | Uint8Array;
  readonly content: Uint8Array;
  /** A symlink has a target and no content; a directory ends its path in a slash, and a FIFO has neither. */
  readonly type?: 'file' | 'directory' | 'symlink' | 'fifo';
  readonly link?: string | Uint8Array;
  /** Permission bits, 07777. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;
const TYPES = { file: '0', symlink: '2', directory: '5', fifo: '6' } as const;
/** ustar has 100 bytes for the end of a path and 155 for what is before; for the target of a link 100. */
const NAME = 100;
const PREFIX = 155;

interface Header {
  readonly name: Uint8Array;
  readonly prefix: Uint8Array;
  readonly link: Uint8Array;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * A tar archive (ustar, POSIX.1-1988, with GNU's long names for what does not fit into it). `at`: the time of the files, epoch ms.
 */
export function tarOf(files: readonly TarFile[], at: number): Buffer {
  const parts = files.flatMap((file) => {
    const [path, link] = [bytesOf(file.path), bytesOf(file.link ?? '')];
    const split = splitPath(path);
    const header = headerOf(
      {
        name: split?.name ?? path.subarray(0, NAME),
        prefix: split?.prefix ?? Buffer.alloc(0),
        link: link.subarray(0, NAME),
        type: TYPES[file.type ?? 'file'],
        size: file.content.length,
        mode: file.mode ?? 0o600,
        uid: file.uid ?? 0,
        gid: file.gid ?? 0,
      },
      at,
    );
    return [
      ...(split === null ? longName('L', path) : []),
      ...(link.length > NAME ? longName('K', link) : []),
      header,
      ...padded(file.content),
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function bytesOf(text: string | Uint8Array): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
}

function padded(content: Uint8Array): Uint8Array[] {
  return [content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

/** An entry before the one whose path or link is too long for its own header. */
function longName(type: 'K' | 'L', text: Uint8Array): Uint8Array[] {
  const content = Buffer.concat([text, Buffer.alloc(1)]);
  const none = Buffer.alloc(0);
  const name = Buffer.from('././@LongLink');
  const header = { name, prefix: none, link: none, type, size: content.length, mode: 0, uid: 0, gid: 0 };
  return [headerOf(header, 0), ...padded(content)];
}

function headerOf({ name, prefix, link, type, size, mode, uid, gid }: Header, at: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${Math.floor(value).toString(8).padStart(digits, '0')}\0`;
  header.set(name, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(uid, 7), 108);
  header.write(octal(gid, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(at / 1000, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.set(link, 157);
  header.write('ustar\x0000', 257, 'latin1');
  header.set(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Null: it does not fit. */
function splitPath(path: Buffer): { name: Buffer; prefix: Buffer } | null {
  if (path.length <= NAME) return { name: path, prefix: Buffer.alloc(0) };
  const slash = path.indexOf('/', path.length - NAME - 1);
  if (slash < 0 || slash > PREFIX || slash === path.length - 1) return null;
  return { name: path.subarray(slash + 1), prefix: path.subarray(0, slash) };
}
