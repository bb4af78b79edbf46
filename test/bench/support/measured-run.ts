import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { proportionalBytes } from './memory.ts';

/** What a program took, with all that it started. */
export interface MeasuredRun {
  readonly seconds: number;
  /** Of processors, in user and system mode together. */
  readonly cpuSeconds: number;
  /** The most memory that was seen at one moment: pages that several of its processes share count once. */
  readonly peakBytes: number;
}

const SAMPLE_MS = 200;

/** bash's own clock counts the children of the program as well. */
const TIMED = `TIMEFORMAT='%R %U %S'; time "$@" <"$BENCH_INPUT" >/dev/null 2>"$BENCH_ERRORS"`;

/** Runs a program to its end. `input` is a file for its stdin, `errors` one for its stderr. Rejects when it fails. */
export async function measuredRun(
  argv: readonly string[],
  { input = '/dev/null', errors, env }: { input?: string; errors: string; env: NodeJS.ProcessEnv },
): Promise<MeasuredRun> {
  const child = spawn('bash', ['-c', TIMED, 'bash', ...argv], {
    env: { ...env, BENCH_INPUT: input, BENCH_ERRORS: errors },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let peakBytes = 0;
  let code: number | null | undefined;
  do {
    peakBytes = Math.max(peakBytes, memoryBelow(child.pid ?? 0));
    code = await Promise.race([ended, delay(SAMPLE_MS, undefined)]);
  } while (code === undefined);
  const [seconds = NaN, user = NaN, system = NaN] = said.trim().split(' ').map(Number);
  if (code !== 0) {
    throw new Error(`${argv[0]} ended with ${code}: ${readFileSync(errors, 'utf8').slice(-2000)}`);
  }
  return { seconds, cpuSeconds: user + system, peakBytes };
}

/** Memory of all processes below one, in bytes. Those that end meanwhile are left out. */
function memoryBelow(pid: number): number {
  const bytes = descendants(pid).map((each) => proportionalBytes(each) ?? 0);
  return bytes.reduce((sum, each) => sum + each, 0);
}

function descendants(pid: number): readonly number[] {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [];
  }
  const children = text.trim().split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
