import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { failure, type Failure } from '../../../shared/errors/failure.ts';
import { sourceLimits, type SourceProblem } from '../../../shared/model/source.ts';
import { parseSshConfig, type ConfigLine } from '../../../shared/parse/ssh-config-lines.ts';
import { expandEnvironment } from './expand-tokens.ts';
import { expandGlob, isMagic } from './glob.ts';

/** Where the ssh configuration of this workstation is; null: there is none. */
export interface SshConfigPlaces {
  readonly userFile: string | null;
  readonly systemFile: string | null;
  /** What relative names in an Include of the system's file are below. Those of the user's are below `<home>/.ssh`. */
  readonly systemFolder: string;
  readonly home: string;
}

/** One file, and what each of its Include lines stands for now, in ssh's order. */
export interface ConfigFile {
  readonly path: string;
  readonly lines: readonly ConfigLine[];
  readonly includes: ReadonlyMap<number, readonly ConfigFile[]>;
}

/** The configuration as it was read. */
export interface LoadedConfig {
  /** The user's file, then the system's; those that exist. */
  readonly roots: readonly ConfigFile[];
  /** Every file that was read. */
  readonly files: readonly string[];
  /** Files that should have been read and could not. */
  readonly unread: readonly string[];
  readonly problems: readonly SourceProblem[];
  /** Files and folders whose change changes the configuration, each with its stamp from just before it was read. */
  readonly watched: ReadonlyMap<string, string>;
}

/** READCONF_MAX_DEPTH of OpenSSH. */
const MAX_DEPTH = 16;
/** Files that include each other twice, and again, would be read for ever. */
const MAX_INCLUDES = 5000;
const OTHERS_MAY_WRITE = 0o022;

/** Reads the configuration with everything it includes. Never rejects: what cannot be read is told in `problems`. */
export async function loadSshConfig(places: SshConfigPlaces, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const parsed = new Map<string, { readonly lines: readonly ConfigLine[] } | null>();
  const watched = new Map<string, string>();
  const unread = new Set<string>();
  const problems: SourceProblem[] = [];
  let bytes = 0;
  let includes = 0;
  const watch = async (path: string) => {
    if (!watched.has(path)) watched.set(path, await stampOf(path));
  };
  const tell = (file: string, line: number | null, found: Failure) => problems.push({ file, line, failure: found });

  /** A file may be included more than once: it is read, and complained of, once. Null: it could not be. */
  async function parse(path: string, from: SourceProblem | null, checksMode: boolean) {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    parsed.set(path, null);
    await watch(path);
    // Told where the Include stands, since a file that cannot be read has no line.
    const at = (found: Failure) => {
      unread.add(path);
      tell(from?.file ?? path, from?.line ?? null, found);
      return null;
    };
    try {
      const { size, mode, uid } = await stat(path);
      bytes += size;
      if (bytes > sourceLimits.bytes || parsed.size > sourceLimits.files) {
        return at(failure('config.too-large', { detail: path }));
      }
      const strangers = process.platform !== 'win32' && ((mode & OTHERS_MAY_WRITE) !== 0 || !isOurs(uid));
      if (checksMode && strangers) tell(path, null, failure('config.permissions', { file: path }));
      const { lines, bad } = parseSshConfig(await readFile(path, 'utf8'));
      for (const { line, detail } of bad) tell(path, line, failure('config.syntax', { detail }));
      const value = { lines };
      parsed.set(path, value);
      return value;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return code === 'ENOENT' ? null : at(failure('config.unreadable', { file: path, detail: code }));
    }
  }

  async function read(
    path: string,
    isUser: boolean,
    above: readonly string[],
    from: SourceProblem | null,
  ): Promise<ConfigFile | null> {
    const content = await parse(path, from, isUser || above.length > 0);
    if (!content) return null;
    const byLine = new Map<number, readonly ConfigFile[]>();
    for (const { line, keyword, words } of content.lines) {
      if (keyword !== 'include') continue;
      const here = { file: path, line, failure: failure('config.include-loop', { file: path }) };
      const files: ConfigFile[] = [];
      for (const included of await includedBy(words, isUser, here)) {
        includes += 1;
        if (includes > MAX_INCLUDES) {
          tell(path, line, failure('config.too-large', { detail: `more than ${MAX_INCLUDES} files by Include` }));
          break;
        }
        if (included === path || above.includes(included)) {
          tell(path, line, failure('config.include-loop', { file: included }));
        } else if (above.length + 1 > MAX_DEPTH) {
          tell(path, line, failure('config.include-depth', { max: MAX_DEPTH }));
        } else {
          const file = await read(included, isUser, [...above, path], here);
          if (file) files.push(file);
        }
      }
      byLine.set(line, files);
    }
    return { path, lines: content.lines, includes: byLine };
  }

  async function includedBy(
    words: readonly string[],
    isUser: boolean,
    here: SourceProblem,
  ): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const word of words) {
      const { text, unknown } = expandEnvironment(word, env);
      const isHomely = text === '~' || text.startsWith('~/');
      if (word === '' || unknown.length > 0 || (text.startsWith('~') && !(isHomely && isUser))) {
        tell(here.file, here.line, failure('config.syntax', { detail: `Include ${word}` }));
        continue;
      }
      const base = isUser ? join(places.home, '.ssh') : places.systemFolder;
      const pattern = isHomely ? join(places.home, text.slice(1)) : isAbsolute(text) ? text : join(base, text);
      // A file that is named and is not there is nothing to ssh; but it may come.
      if (!isMagic(pattern)) await watch(pattern);
      paths.push(...(await expandGlob(pattern, watch)));
    }
    return paths;
  }

  const roots: ConfigFile[] = [];
  for (const [path, isUser] of [
    [places.userFile, true],
    [places.systemFile, false],
  ] as const) {
    const file = path === null ? null : await read(path, isUser, [], null);
    if (file) roots.push(file);
  }
  const files = [...parsed].flatMap(([path, content]) => (content ? [path] : []));
  return { roots, files, unread: [...unread], problems: unique(problems), watched };
}

/** Whether any of the files and folders is another than it was. */
export async function hasChanged(watched: ReadonlyMap<string, string>): Promise<boolean> {
  const changes = await Promise.all([...watched].map(async ([path, stamp]) => (await stampOf(path)) !== stamp));
  return changes.includes(true);
}

/** A text that is another when the file or folder has changed. */
async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}

/** A file that is included twice has its problems once. */
function unique(problems: readonly SourceProblem[]): readonly SourceProblem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen.values()];
}
