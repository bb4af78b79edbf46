import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SimulatedFleet } from '../../../electron/core/demo-workspaces.ts';

/** A demo fleet in a process of its own, so that its memory and its work are not counted as the core's. */
export async function forkDemoFleet(hosts: number, dir: string): Promise<SimulatedFleet> {
  // Beside the bench's own bundle.
  const child = fork(join(__dirname, 'fleet-process.cjs'), [String(hosts), dir], { execArgv: [] });
  const exited = once(child, 'exit');
  const failed = exited.then(() => {
    throw new Error('The demo fleet ended instead of listening');
  });
  const [fleet] = (await Promise.race([once(child, 'message'), failed])) as [Omit<SimulatedFleet, 'dispose'>];
  failed.catch(() => undefined);
  return {
    ...fleet,
    async dispose() {
      child.disconnect();
      await exited;
    },
  };
}
