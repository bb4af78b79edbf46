import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { createFrameParser, type ParsedFrame } from '../../shared/parse/frames.ts';

const NONCE = '00112233445566778899aabbccddeeff';
const scripts = await loadNativeScripts(join(import.meta.dirname, '../../native'));
const toolsFolder = join(import.meta.dirname, 'tools');

/** The shells that a host may have as its sh, by the command that starts them. */
export const SHELLS = {
  dash: ['/bin/dash'],
  'busybox ash': ['/bin/busybox', 'ash'],
  'bash --posix': ['/bin/bash', '--posix'],
} as const;
export type ShellName = keyof typeof SHELLS;

/** What scripts need of coreutils and grep; taken from this machine. */
export const BASE_TOOLS = ['cat', 'grep', 'stat', 'true', 'uname'] as const;

/** A host as the probes see it: a tree of files and a PATH with chosen tools, and nothing else of this machine but /proc. */
export interface ScriptedHost {
  readonly root: string;
  write(path: string, text: string): Promise<string>;
  /** Puts tools on the PATH: scripted ones (test/native/tools), and those of this machine that no script stands in for. */
  install(...names: string[]): Promise<void>;
  run(shell: ShellName, script: string, options?: RunOptions): Promise<ProbeRun>;
  dispose(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text printed to stdout and stderr before the script, as noisy rc files do. */
  readonly noise?: string;
  /** Arguments after the root folder. */
  readonly args?: readonly string[];
  /** Sends this many characters of the script only. */
  readonly cutAt?: number;
}

export interface ProbeRun {
  readonly frames: readonly ParsedFrame[];
  readonly exitCode: number | null;
  readonly stray: string;
  frame(name: string): ParsedFrame;
}

export async function createScriptedHost(): Promise<ScriptedHost> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-native-'));
  const root = join(folder, 'root');
  const bin = join(folder, 'bin');
  await mkdir(root);
  await mkdir(bin);
  return {
    root,
    async write(path, text) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    async install(...names) {
      for (const name of names) {
        const found = [toolsFolder, '/usr/bin', '/bin']
          .map((place) => join(place, name))
          .find((file) => existsSync(file));
        if (found === undefined) throw new Error(`There is no ${name} on this machine`);
        await symlink(found, join(bin, name));
      }
    },
    run: (shell, script, options = {}) => run(SHELLS[shell], script, root, { PATH: bin, ...options.env }, options),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

async function run(
  [program, ...words]: readonly [string, ...string[]],
  script: string,
  root: string,
  env: Record<string, string>,
  { noise, cutAt, args: more = [] }: RunOptions,
): Promise<ProbeRun> {
  const args = [...words, '-s', '--', script, NONCE, root, ...more];
  // The noise comes from the same process, as with a login shell that runs its rc file first.
  const child = noise
    ? spawn('/bin/sh', ['-c', 'printf %s "$NOISE"; printf %s "$NOISE" >&2; exec "$@"', 'sh', program, ...args], {
        env: { ...env, NOISE: noise },
      })
    : spawn(program, args, { env });
  const out = collect();
  const err = collect();
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  child.stdin.on('error', () => {}); // a shell that has ended reads no more
  child.stdin.end(scripts.text(script).slice(0, cutAt));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const { frames: said, stray } = out.end();
  const complained = err.end().frames;
  const frames = said.map((frame): ParsedFrame => {
    const stderr = complained.find(({ name }) => name === frame.name);
    return { ...frame, stderr: stderr?.stdout ?? '', complete: frame.complete && stderr?.complete === true };
  });
  return {
    frames,
    exitCode,
    stray,
    frame(name) {
      const found = frames.filter((item) => item.name === name);
      if (found.length !== 1)
        throw new Error(`${found.length} frames ${name} in: ${frames.map((item) => item.name).join(' ')}`);
      return found[0]!;
    },
  };
}

function collect() {
  const frames: ParsedFrame[] = [];
  let stray = '';
  const append = (change: Partial<ParsedFrame>) => (frames[frames.length - 1] = { ...frames.at(-1)!, ...change });
  const parser = createFrameParser(NONCE, {
    onBegin: (name, args) => void frames.push({ name, args, stdout: '', stderr: '', exitCode: -1, complete: false }),
    onData: (_, bytes) => append({ stdout: frames.at(-1)!.stdout + Buffer.from(bytes).toString() }),
    onEnd: (_, exitCode) => append({ exitCode, complete: true }),
    onStray: (bytes) => (stray += Buffer.from(bytes).toString()),
  });
  return {
    push: (bytes: Uint8Array) => parser.push(bytes),
    end() {
      parser.end();
      return { frames, stray };
    },
  };
}
