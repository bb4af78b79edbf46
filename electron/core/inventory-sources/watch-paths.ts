import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Tells when something happens at one of the paths, or may have. */
export interface PathWatcher {
  /** Replaces the paths. */
  follow(paths: readonly string[]): void;
  dispose(): void;
}

/** Editors write a file in several steps. */
const SETTLE_MS = 150;
/** Not every file system tells of changes (NFS, folders that do not exist yet): a look now and then costs a few calls. */
const LOOK_EVERY_MS = 30_000;
/** Folders that are watched; beyond that the look now and then has to do. */
const MAX_FOLDERS = 200;

/** Watches the folders of the paths, since editors replace files. `onTouch` is called once for changes that come together. */
export function watchPaths(onTouch: () => void): PathWatcher {
  const watchers = new Map<string, FSWatcher>();
  let settling: NodeJS.Timeout | null = null;
  let isDisposed = false;
  const touch = () => {
    if (isDisposed) return;
    settling ??= setTimeout(() => {
      settling = null;
      onTouch();
    }, SETTLE_MS).unref();
  };
  const regular = setInterval(touch, LOOK_EVERY_MS).unref();
  const end = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };

  return {
    follow(paths) {
      // Of a folder that is followed for its files, the folder itself is what tells.
      const folders = new Set([...paths.map((path) => dirname(path)), ...paths].slice(0, MAX_FOLDERS * 2));
      for (const folder of watchers.keys()) if (!folders.has(folder)) end(folder);
      for (const folder of folders) {
        if (isDisposed || watchers.has(folder) || watchers.size >= MAX_FOLDERS) continue;
        try {
          const watcher = watch(folder, { persistent: false }, touch);
          watcher.on('error', () => end(folder));
          watchers.set(folder, watcher);
        } catch {
          // It is not there, or there are too many watches on this machine.
        }
      }
    },
    dispose() {
      isDisposed = true;
      clearInterval(regular);
      if (settling) clearTimeout(settling);
      for (const folder of [...watchers.keys()]) end(folder);
    },
  };
}
