import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** More on stdout ends the child; of stderr the end is kept, at most this much. In UTF-16 units. */
  readonly maxOutput: number;
}

/** How a child ended. `missing`: it could not be started, `code` as the system calls it (`ENOENT`). */
export type ChildOutcome =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing'; readonly code: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'too-long' };

/**
 * Runs a program with these words as they are, no shell in between, nothing on its stdin, and waits for its output. Never rejects.
 * What it starts itself ends with it when it is late.
 */
export async function childOutput(
  program: string,
  words: readonly string[],
  { env, cwd, timeoutMs, maxOutput }: ChildOptions,
): Promise<ChildOutcome> {
  const isGroup = process.platform !== 'win32';
  return new Promise((resolve) => {
    let child;
    try {
      child = spawn(program, words, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
        ...(cwd === undefined ? {} : { cwd }),
        windowsHide: true,
        detached: isGroup,
      });
    } catch (error) {
      resolve({ kind: 'missing', code: codeOf(error) });
      return;
    }
    const { pid, stdout, stderr } = child;
    let output = '';
    let said = '';
    let cut: 'late' | 'too-long' | null = null;
    const end = (why: 'late' | 'too-long') => {
      cut ??= why;
      try {
        if (isGroup && pid !== undefined) process.kill(-pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended by itself.
      }
      // A grandchild in a session of its own may hold the pipes open: nobody waits for that.
      stdout.destroy();
      stderr.destroy();
    };
    const timer = setTimeout(() => {
      end('late');
    }, timeoutMs);
    stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > maxOutput) end('too-long');
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-maxOutput);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'missing', code: codeOf(error) });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(cut ? { kind: cut } : { kind: 'ended', code, stdout: output, stderr: said });
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
