import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { dist } from '../../../build/paths.mjs';
import type { PrivateFolders } from './private-folders.ts';

/** A running `dist/server.cjs`. */
export interface ServerProcess {
  /** The one-time address that it gave at its start. */
  readonly address: string;
  readonly process: ChildProcess;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the browser home. Rejects with its output when it ends instead. */
export async function startServer(folders: PrivateFolders, words: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [path.join(dist, 'server.cjs'), '--data-dir', folders.dataDir, ...words], {
    env: folders.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const address = await Promise.race([
    new Promise<string>((resolve) => child.once('message', (message) => resolve((message as { url: string }).url))),
    exited.then((code) => {
      throw new Error(`The server ended with ${code ?? 'a signal'}:\n${output}`);
    }),
  ]);
  return {
    address,
    process: child,
    output: () => output,
    async stop() {
      child.kill();
      await exited;
    },
  };
}
