import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the program reads on stdin; nothing when not given. */
  readonly input?: string;
}

/**
 * Runs a program to its end and resolves with its stdout. Rejects when it cannot be started or ends otherwise than with 0; the
 * message has the command and the last lines that it said on stderr.
 */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {}); // A program may end without reading all that it is given.
    child.stdin.end(options.input ?? '');
    child.once('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(Buffer.concat(out).toString());
        return;
      }
      const said = Buffer.concat(err).toString().trimEnd().split('\n').slice(-15).join('\n');
      reject(new Error(`${argv.join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${said}`));
    });
  });
}
