import { parentPort, workerData } from 'node:worker_threads';
import { BerthError, failure } from '../../shared/errors/failure.ts';
import { startDemoFleet, type DemoFleetOptions } from './start-demo-fleet.ts';
import type { DemoWorkerMessage } from './start-demo-worker.ts';

/** The thread of a demo fleet: thousands of servers must not keep the core waiting. Ends when its parent ends it. */
const port = parentPort;
if (!port) throw new Error('demo-worker is the entry of a worker thread.');
const tell = (message: DemoWorkerMessage) => {
  port.postMessage(message);
};

startDemoFleet(workerData as DemoFleetOptions).then(
  ({ hosts, knownHostsText, keyFile }) => {
    tell({ kind: 'listening', hosts, knownHostsText, keyFile });
  },
  (error: unknown) => {
    const reason =
      error instanceof BerthError ? error.failure : failure('demo.start-failed', { detail: String(error) });
    tell({ kind: 'failed', failure: reason });
  },
);
