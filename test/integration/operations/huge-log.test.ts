import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { addHost, ended, makeWorkspace, PATIENCE, startOtherBerth, type Workspace } from './harness.ts';
import { describeWith, scriptedHostNeeds } from '../../support/prerequisites.ts';

const MB = 1024 * 1024;
const LOG_BYTES = 200 * MB;
/** What the process may grow by while 200 MB pass through it. It keeps a few chunks of at most a megabyte; the rest is the engine's, which collects late when it is in a hurry. */
const MAX_GROWTH = 150 * MB;

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
      let peak = before;
      const sampler = setInterval(() => {
        void berth.memory().then((bytes) => {
          // A sample under way while the process is killed has no number.
          if (Number.isFinite(bytes)) peak = Math.max(peak, bytes);
        });
      }, 20);
      await host.release('begin');
      await vi.waitFor(() => berth.said(/^ended detached$/), { timeout: 180_000, interval: 100 });
      clearInterval(sampler);
      await berth.kill();

      const mirror = join(workspace.dataDir, 'operations', id, 'stderr');
      expect((await stat(mirror)).size).toBe((await stat(host.path(`/run/berth/${id}/stderr`))).size);
      expect((await stat(mirror)).size).toBeGreaterThanOrEqual(LOG_BYTES);
      expect(peak - before, `grew from ${String(before)} to ${String(peak)} bytes`).toBeLessThan(MAX_GROWTH);

      const core = await workspace.openCore();
      expect((await ended(core, id)).outcome).toMatchObject({ kind: 'staged' });
      // Opened at its beginning and left after a few lines: nothing like 64 MB is read for that.
      const heapBefore = process.memoryUsage().rss;
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
      expect(process.memoryUsage().rss - heapBefore).toBeLessThan(MAX_GROWTH);
      const { text } = await core.operations.exportLog(id);
      expect(text.length).toBeLessThan(66 * MB);
      expect(text).toContain('Only the end of the log follows');
      await vi.waitFor(() => expect(core.operations.running(hostId)).toBeNull(), PATIENCE);
    },
  );
});
