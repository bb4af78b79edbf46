import { open } from 'node:fs/promises';

/** The end of a text file: so many characters at least, where there are so many. */
export async function tailOf(path: string, characters: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    // A character has at most four bytes.
    const start = Math.max(0, size - characters * 4);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
