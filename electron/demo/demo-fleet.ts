import { join } from 'node:path';
import type { StartFleet } from '../core/demo-workspaces.ts';
import { startDemoWorker } from './start-demo-worker.ts';

/** How every home starts its demo: in a thread, whose bundle lies beside the home's own. */
export const startDemoFleet: StartFleet = (options) => startDemoWorker(join(__dirname, 'demo-worker.cjs'), options);
