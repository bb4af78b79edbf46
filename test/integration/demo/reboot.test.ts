import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readFacts } from '../../../electron/core/hosts/facts-reader.ts';
import { runScript } from '../../../electron/core/ssh/run-script.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { openDemoFleet } from '../../support/demo-fleet.ts';

let demo: Awaited<ReturnType<typeof openDemoFleet>>;
beforeAll(async () => {
  demo = await openDemoFleet(startDemoFleet, { hosts: 2, pace: 0.1 });
});
afterAll(() => demo.dispose());

function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
  });
}

async function look(connection: SshConnection) {
  const facts = await readFacts(connection, demo.scripts, { kind: 'none' }, Date.now);
  const set = valueOf(facts.deployments);
  return {
    bootId: valueOf(facts.identity)?.bootId ?? '',
    uptime: valueOf(facts.identity)?.uptimeSeconds ?? 0,
    version: set?.booted?.version,
    staged: set?.staged?.version ?? null,
    rollback: set?.rollback?.version ?? null,
    failedUnits: valueOf(facts.failedUnits),
    fallback: valueOf(facts.greenboot)?.fallback,
  };
}

function script(connection: SshConnection, name: string, args: readonly string[]) {
  return runScript(connection, demo.scripts, { script: name, args, root: { kind: 'sudo' }, timeoutMs: 30_000 });
}

/** Runs a verb of a tool to the end of its unit. */
async function run(
  connection: SshConnection,
  [id, tool, verb, ...words]: readonly [string, string, string, ...string[]],
) {
  const { bootId } = await look(connection);
  const started = await script(connection, 'actions/start', [id, bootId, 'jb@desk', '0', tool, verb, ...words]);
  expect(started.frames[0]).toMatchObject({ name: 'start', exitCode: 0 });
  const { frames } = await script(connection, 'actions/follow', [id, bootId, '0', '0', '0']);
  expect(frames.at(-1)).toMatchObject({ name: 'state', args: ['ended', '0'] });
  return bootId;
}

/** Reboots a host, sees it gone, and comes back to it. */
async function rebootAndReturn(name: string, id: string) {
  const before = await demo.connect(name);
  const { port } = before.target;
  // Asked at once: it is back after half a second.
  const silent = new Promise((resolve) => before.onClose(() => resolve(knock(port ?? 0))));
  const bootId = await run(before, [id, 'systemd', 'reboot', '0', '']);
  await expect(silent).resolves.toBe('ECONNREFUSED');
  const after = await vi.waitFor(() => demo.connect(name), { timeout: 10_000, interval: 100 });
  const state = await look(after);
  expect(state.bootId).not.toBe(bootId);
  expect(state.uptime).toBeLessThan(30);
  const { frames } = await script(after, 'actions/follow', [id, bootId, '0', '0', '0']);
  expect(frames.at(-1)?.args).toEqual(['rebooted']);
  return state;
}

describe('a simulated host that reboots', () => {
  it('drops its connections, is silent, and comes back with what was staged', async () => {
    expect(await rebootAndReturn('web-03.ber', '000000000001')).toMatchObject({
      version: '2.15.0',
      staged: null,
      rollback: '2.14.0',
    });
  });
});
