import { Worker } from 'node:worker_threads';
import { BerthError, type Failure } from '../../shared/errors/failure.ts';
import type { SimulatedFleet } from '../core/demo-workspaces.ts';
import type { DemoFleetOptions } from './start-demo-fleet.ts';

/** What the thread tells: once, how its start ended. */
export type DemoWorkerMessage =
  | ({ readonly kind: 'listening' } & Omit<SimulatedFleet, 'dispose'>)
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What crosses to the thread: all that is data. */
export type DemoWorkerOptions = Omit<DemoFleetOptions, 'now'>;

/**
 * Starts a demo fleet in a thread of its own. `workerFile` is the bundle of `demo-worker.ts`.
 * Rejects with BerthError `demo.start-failed`. A thread that dies later takes its hosts with it: they become unreachable.
 */
export function startDemoWorker(workerFile: string | URL, options: DemoWorkerOptions): Promise<SimulatedFleet> {
  const worker = new Worker(workerFile, { workerData: options });
  return new Promise((resolve, reject) => {
    const fail = (failure: Failure, cause?: unknown) => {
      void worker.terminate();
      reject(new BerthError(failure.code, failure.params, cause));
    };
    worker.on('error', (error: Error) => {
      fail({ code: 'demo.start-failed', params: { detail: error.message } }, error);
    });
    worker.once('exit', (code) => {
      fail({ code: 'demo.start-failed', params: { detail: `the thread ended with code ${String(code)}` } });
    });
    worker.once('message', (message: DemoWorkerMessage) => {
      if (message.kind === 'failed') {
        fail(message.failure);
        return;
      }
      const { hosts, knownHostsText, keyFile } = message;
      resolve({
        hosts,
        knownHostsText,
        keyFile,
        async dispose() {
          await worker.terminate();
        },
      });
    });
  });
}
