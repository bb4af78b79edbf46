import type { Change } from './history.ts';
import type { ImageName } from './image-set.ts';

/** A file as an image has it. */
export interface ImageFile {
  readonly text: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
  /** Numbers of owner and group. */
  readonly user: number;
  readonly group: number;
}

/** Paths from the root of the tree, without a slash in front. */
export type ImageFiles = ReadonlyMap<string, ImageFile>;

/** An image and what it changes of another, which comes before it. */
export interface Step {
  readonly name: ImageName;
  readonly from: ImageName | null;
  readonly changes: readonly Change[];
}

/**
 * Tells which files each image has above the tree that all have in common. `readTree` reads a file of that tree.
 * A history can only remove what it has put: the common tree is the same in all images.
 */
export async function replay(
  steps: readonly Step[],
  readTree: (path: string) => Promise<ImageFile>,
): Promise<ReadonlyMap<ImageName, ImageFiles>> {
  const images = new Map<ImageName, ImageFiles>();
  for (const { name, from, changes } of steps) {
    const before = from === null ? new Map<string, ImageFile>() : images.get(from);
    if (before === undefined) throw new Error(`${name} comes from ${from}, which comes later or not at all.`);
    const files = new Map(before);
    for (const change of changes) {
      if ('remove' in change) remove(files, change.remove, name);
    }
    for (const change of changes) {
      if ('put' in change) {
        files.set(change.put, rootFile(change.text, change.executable === true ? 0o755 : 0o644));
      } else if ('append' in change) {
        const old = files.get(change.append) ?? (await readTree(change.append));
        files.set(change.append, { ...old, text: old.text + change.text });
      }
    }
    images.set(name, files);
  }
  return images;
}

function remove(files: Map<string, ImageFile>, path: string, name: ImageName): void {
  const gone = [...files.keys()].filter((key) => key === path || key.startsWith(`${path}/`));
  if (gone.length === 0) throw new Error(`${name} removes ${path}, which no image before it has put.`);
  for (const key of gone) files.delete(key);
}

function rootFile(text: string, mode: number): ImageFile {
  return { text, mode, user: 0, group: 0 };
}
