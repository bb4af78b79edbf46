import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { createEtcParser, type EtcScan } from '../../shared/parse/etc.ts';
import { createFrameParser } from '../../shared/parse/frames.ts';
import { SHELLS, type ShellName } from './probe.ts';

const NONCE = '00112233445566778899aabbccddeeff';
const DIVIDER = 'ffeeddccbbaa99887766554433221100';
const scripts = await loadNativeScripts(join(import.meta.dirname, '../../native'));

/** One frame as it came, unpacked. */
export interface RawFrame {
  readonly name: string;
  readonly bytes: Buffer;
  readonly exitCode: number;
}

export interface EtcRun {
  readonly scan: EtcScan;
  readonly frames: readonly RawFrame[];
  readonly stderr: ReadonlyMap<string, string>;
  /** Bytes on both streams. */
  readonly sent: number;
}

export interface EtcRunOptions {
  readonly shell: ShellName;
  /** What the script finds on its PATH; null: this machine's own. */
  readonly path?: string | null;
  readonly uid?: number;
  /** Called once the script has begun to list a tree. */
  readonly onListing?: () => void;
  /** Shell commands that mount something, seen by the script alone. */
  readonly mounts?: string;
}

/** Runs a script of native/ and takes its frames apart. */
export async function runFrames(
  script: string,
  args: readonly string[],
  { shell, path = null, uid, onListing, mounts }: EtcRunOptions,
): Promise<Omit<EtcRun, 'scan'>> {
  const [program, ...words] = SHELLS[shell];
  const called = [program, ...words, '-s', '--', script, NONCE, ...args];
  const [command = '', ...rest] =
    mounts === undefined ? called : ['unshare', '-m', 'sh', '-c', `${mounts} && exec "$@"`, 'sh', ...called];
  const child = spawn(command, rest, {
    env: { PATH: path ?? '/usr/sbin:/usr/bin:/sbin:/bin' },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let sent = 0;
  const out = collect(onListing);
  const err = collect();
  child.stdout.on('data', (bytes: Buffer) => (out.push(bytes), (sent += bytes.length)));
  child.stderr.on('data', (bytes: Buffer) => (err.push(bytes), (sent += bytes.length)));
  child.stdin.on('error', () => {});
  child.stdin.end(scripts.text(script));
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const stderr = new Map(err.frames().map(({ name, bytes }) => [name, bytes.toString()]));
  return { frames: out.frames(), stderr, sent };
}

/** Runs probes/etc and parses what it says. */
export async function scanHere(
  options: EtcRunOptions & {
    readonly root: string;
    readonly booted?: string;
    readonly target?: string;
    readonly backend?: string;
  },
): Promise<EtcRun> {
  const { root, backend = 'ostree', booted = '', target = '' } = options;
  const run = await runFrames('probes/etc', [root, backend, booted, target, DIVIDER], options);
  const parser = createEtcParser(DIVIDER);
  for (const { name, bytes } of run.frames) {
    parser.begin(name);
    // As the network does, cut anywhere.
    for (let at = 0; at < bytes.length; at += 4093) parser.data(bytes.subarray(at, at + 4093));
    parser.end();
  }
  return { ...run, scan: parser.finish(run.stderr) };
}

function collect(onListing?: () => void) {
  const frames: { name: string; args: readonly string[]; chunks: Buffer[]; exitCode: number }[] = [];
  const parser = createFrameParser(NONCE, {
    onBegin(name, args) {
      frames.push({ name, args, chunks: [], exitCode: -1 });
      if (name.startsWith('list-local')) onListing?.();
    },
    onData: (_, bytes) => void frames.at(-1)?.chunks.push(Buffer.from(bytes)),
    onEnd: (_, exitCode) => void (frames.at(-1)!.exitCode = exitCode),
  });
  return {
    push: (bytes: Uint8Array) => parser.push(bytes),
    frames(): RawFrame[] {
      parser.end();
      return frames.map(({ name, args, chunks, exitCode }) => {
        const bytes = Buffer.concat(chunks);
        return {
          name,
          exitCode,
          bytes: args.includes('gzip') && bytes.length > 0 && bytes[0] === 0x1f ? gunzipSync(bytes) : bytes,
        };
      });
    },
  };
}
