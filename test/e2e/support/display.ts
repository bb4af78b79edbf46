import { spawn } from 'node:child_process';

/** A screen of its own for the windows of a test run. */
export interface Display {
  readonly name: string;
  stop(): Promise<void>;
}

/** Starts Xvfb on a free display. Without Xvfb the display of this session serves, if there is one. Rejects when there is none. */
export async function startDisplay(): Promise<Display> {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    xvfb.once('exit', () => resolve());
    xvfb.once('error', () => resolve());
  });
  const number = new Promise<string>((resolve) => {
    xvfb.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const display = await Promise.race([number, ended.then(() => null)]);
  if (display !== null) {
    return {
      name: `:${display}`,
      stop: async () => {
        xvfb.kill();
        await ended;
      },
    };
  }
  const own = process.env['DISPLAY'];
  if (own === undefined) throw new Error('There is no Xvfb and no display here');
  return { name: own, stop: async () => {} };
}
