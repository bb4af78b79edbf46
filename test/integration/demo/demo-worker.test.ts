import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../electron/core/hosts/facts-reader.ts';
import { startDemoWorker } from '../../../electron/demo/start-demo-worker.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { openDemoFleet } from '../../support/demo-fleet.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Everything the simulated hosts may take: the promise of `--demo=5000` on a laptop. */
const MAX_BYTES = 150 * 1024 * 1024;

let dir: string;
let workerFile: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-worker-test-'));
  workerFile = join(dir, 'demo-worker.cjs');
  await build({
    entryPoints: [join(root, 'electron/demo/demo-worker.ts')],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Optional native add-ons of ssh2, which does without them.
    external: ['cpu-features', '*.node'],
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('a demo fleet in a thread of its own', () => {
  it('listens with 5,000 hosts in little memory, answers, and ends with its thread', async () => {
    const before = process.memoryUsage.rss();
    const demo = await openDemoFleet((options) => startDemoWorker(workerFile, options), { hosts: 5000, pace: 0.1 });
    try {
      expect(demo.fleet.hosts).toHaveLength(5000);
      expect(process.memoryUsage.rss() - before).toBeLessThan(MAX_BYTES);
      const facts = await readFacts(await demo.connect('web-01.ber'), demo.scripts, { kind: 'none' }, Date.now);
      expect(facts.deployments.state).toBe('known');
    } finally {
      await demo.dispose();
    }
    await expect(demo.connect('web-01.ber')).rejects.toMatchObject({ failure: { code: 'ssh.refused' } });
  });

  it('tells why it could not start', async () => {
    const attempt = startDemoWorker(workerFile, { hosts: 1, dir: '/dev/null/not-a-folder' });
    await expect(attempt).rejects.toBeInstanceOf(BerthError);
    await expect(attempt).rejects.toMatchObject({ failure: { code: 'demo.start-failed' } });
  });
});
