import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { HostPlace } from './host-place.ts';
import type { RunOptions, RunResult } from './model.ts';

/** Words that start OpenSSH's client for a user of a host, with nothing of this user's own settings. */
export function sshWords(place: HostPlace, keyFile: string, user = 'root'): readonly string[] {
  const options = {
    IdentityFile: keyFile,
    IdentitiesOnly: 'yes',
    BatchMode: 'yes',
    ConnectTimeout: '20',
    GlobalKnownHostsFile: '/dev/null',
    UserKnownHostsFile: join(place.folder, 'known_hosts'),
    StrictHostKeyChecking: 'yes',
    LogLevel: 'ERROR',
    Port: String(place.port),
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['ssh', '-F', 'none', ...words, `${user}@${place.address}`];
}

/** Runs a command of a host's shell over ssh. */
export function runOnHost(
  place: HostPlace,
  keyFile: string,
  command: string,
  { user, input = '' }: RunOptions = {},
): Promise<RunResult> {
  const [program = '', ...rest] = sshWords(place, keyFile, user);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...rest, '--', command], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => {}); // A command may end without reading all that it is given.
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout, stderr, code: code ?? 255 }));
  });
}
