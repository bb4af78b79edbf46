import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The scripts for hosts, complete as they are sent. */
export interface NativeScripts {
  /** The text of a script such as `probes/facts`, libraries included. Throws for a name that does not exist. */
  text(name: string): string;
}

/** Every script begins with this one: it takes the script's name and the nonce, and prints frames. */
const FRAMES = 'lib/frames.sh';
/** `# needs: lib/x.sh lib/y.sh` in the comments at the head of a script. */
const NEEDS = /^# needs:(.*)$/gm;

/** Reads all scripts below a folder once. Rejects when the folder, or a library that a script needs, is missing. */
export async function loadNativeScripts(nativeDir: string): Promise<NativeScripts> {
  const files = new Map<string, string>();
  for (const entry of await readdir(nativeDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sh')) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(nativeDir, path).split(sep).join('/'), await readFile(path, 'utf8'));
  }
  const part = (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`There is no native script ${path}`);
    return text.endsWith('\n') ? text : `${text}\n`;
  };

  const complete = new Map<string, string>();
  for (const [path, text] of files) {
    if (path.startsWith('lib/')) continue;
    const libraries = [...text.matchAll(NEEDS)].flatMap(([, names = '']) => names.trim().split(/\s+/));
    const parts = [...new Set([FRAMES, ...libraries]), path];
    complete.set(path.replace(/\.sh$/, ''), parts.map(part).join(''));
  }
  return {
    text(name) {
      const text = complete.get(name);
      if (text === undefined) throw new Error(`There is no native script ${name}`);
      return text;
    },
  };
}
