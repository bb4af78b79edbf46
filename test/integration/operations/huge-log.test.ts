import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { addHost, ended, makeWorkspace, PATIENCE, startOtherBerth, type Workspace } from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

const MB = 1024 * 1024;
const LOG_BYTES = 200 * MB;
/**
 * What a process may hold more while 200 MB pass through it, counted after a collection: SSH's window of 2 MB, the chunks on their way to the
 * disk, the timeline. How much it takes from the system meanwhile says more of the engine, which collects late when it is in a hurry.
 */
const MAX_GROWTH = 64 * MB;
/** How often it is looked at, so that the collections do not slow down what they look at. */
const SAMPLE_EVERY_MS = 250;

describeWith(...scriptedHostNeeds)('a log of 200 MB', () => {
  let host: ScriptedHost;
  let workspace: Workspace;

  beforeEach(async () => {
    host = await startScriptedHost({ hugeLogBytes: LOG_BYTES });
    workspace = await makeWorkspace(host);
  });
  afterEach(async () => {
    await workspace.remove();
    await host.stop();
  });

  it(
    'is mirrored whole by a process whose memory stays bounded, and read back lazily',
    { timeout: 240_000 },
    async () => {
      const setup = await workspace.openCore();
      const hostId = await addHost(setup, host);
      await setup.dispose();
      await host.hold('begin');
      const berth = await startOtherBerth(workspace, host, hostId);
      const [, id = ''] = await berth.said(/^started (\w+)$/);
      await berth.said(/^running attached$/);
      const before = await berth.memory();
      const samples: number[] = [];
      await host.release('begin');
      await vi.waitFor(
        async () => {
          samples.push(await berth.memory());
          expect(berth.lines).toContain('ended detached');
        },
        { timeout: 180_000, interval: SAMPLE_EVERY_MS },
      );
      await berth.kill();
      const peak = Math.max(...samples);
      expect(samples.length).toBeGreaterThan(3);

      const mirror = join(workspace.dataDir, 'operations', id, 'stderr');
      expect((await stat(mirror)).size).toBe((await stat(host.path(`/run/berth/${id}/stderr`))).size);
      expect((await stat(mirror)).size).toBeGreaterThanOrEqual(LOG_BYTES);
      expect(peak - before, `grew from ${String(before)} to ${String(peak)} bytes`).toBeLessThan(MAX_GROWTH);

      const core = await workspace.openCore();
      expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
      // Opened at its beginning and left after a few lines: nothing like 64 MB is read for that.
      const heldBefore = held();
      const log = core.operations.openLog({
        kind: 'operation-log',
        operationId: id,
        sources: ['stderr'],
        tailBytes: 64 * MB,
      });
      let bytes = 0;
      for await (const chunk of log) {
        bytes += chunk.length;
        if (bytes > MB) break;
      }
      expect(bytes).toBeLessThan(2 * MB);
      expect(held() - heldBefore).toBeLessThan(MAX_GROWTH);
      const { text } = await core.operations.exportLog(id);
      expect(text.length).toBeLessThan(66 * MB);
      expect(text).toContain('Only the end of the log follows');
      await vi.waitFor(() => expect(core.operations.running(hostId)).toBeNull(), PATIENCE);
    },
  );
});

/** What this process holds; without a collection, as reading a megabyte takes no part of a second. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
