import { lstat, readdir } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';

/** A bound for patterns that would walk half a disk. */
const MAX_MATCHES = 10_000;

/**
 * The paths that an absolute pattern stands for, sorted, as glob(3): `*`, `?` and `[…]` in any part, `\` before a character that
 * means itself; a leading dot must be written. What cannot be read matches nothing. `onFolder` is told of each folder that is looked into,
 * before that: another file in it may change the answer.
 */
export async function expandGlob(
  pattern: string,
  onFolder: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const { root } = parse(pattern);
  let found: readonly string[] = [root];
  for (const part of pattern.slice(root.length).split(sep === '\\' ? /[\\/]/ : sep)) {
    if (part === '') continue;
    found = isMagic(part)
      ? (await Promise.all(found.map((folder) => matchesIn(folder, part, onFolder)))).flat()
      : found.map((folder) => join(folder, sep === '\\' ? part : part.replaceAll(/\\(.)/g, '$1')));
    found = found.slice(0, MAX_MATCHES);
  }
  const existing = await Promise.all(found.map(exists));
  return found.filter((_, index) => existing[index]);
}

/** Whether a pattern is one, or just a name. */
export function isMagic(part: string): boolean {
  return /[*?]|\[.+\]/.test(part);
}

async function matchesIn(
  folder: string,
  part: string,
  onFolder: (folder: string) => Promise<void>,
): Promise<readonly string[]> {
  await onFolder(folder);
  const expression = toExpression(part);
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => expression.test(name) && (!name.startsWith('.') || part.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name));
}

function toExpression(part: string): RegExp {
  const source = part.replaceAll(
    // A class, an escaped character, or any other one.
    /\[([!^]?)(\]?[^\]]*)\]|\\(.)|(.)/gsu,
    (_, not: string | undefined, inClass: string | undefined, escaped: string | undefined, plain: string) => {
      if (inClass !== undefined) return `[${not ? '^' : ''}${inClass.replaceAll(/[\\\]^[]/g, '\\$&')}]`;
      if (escaped !== undefined) return literal(escaped);
      return plain === '*' ? '.*' : plain === '?' ? '.' : literal(plain);
    },
  );
  try {
    // Stars side by side mean one; left as they are, they would make the expression slow.
    return new RegExp(`^${source.replaceAll(/(?:\.\*)+/g, '.*')}$`, 'su');
  } catch {
    return /^(?!)/; // A class such as [z-a], that stands for nothing.
  }
}

function literal(character: string): string {
  return character.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
