import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, vi } from 'vitest';
import { createCore, type Core } from '../../../electron/core/create-core.ts';
import type { HostInput } from '../../../shared/model/host.ts';
import type { LogSource, Operation } from '../../../shared/model/operation.ts';
import { CheckName } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import type { ScriptedHost, ScriptedUser } from '../../support/scripted-host/scripted-host.ts';

export const NATIVE_DIR = join(import.meta.dirname, '../../../native');
/** Longer than anything a test waits for on a busy machine. */
export const PATIENCE = { timeout: 45_000, interval: 20 } as const;

export interface Workspace {
  readonly dataDir: string;
  readonly knownHosts: string;
  /** A core on the data folder; several are several Berths of one user. */
  openCore(now?: () => number): Promise<Core>;
  remove(): Promise<void>;
}

export async function makeWorkspace(host: ScriptedHost): Promise<Workspace> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-operations-'));
  const dataDir = join(dir, 'data');
  const knownHosts = join(dir, 'known_hosts');
  await writeFile(knownHosts, `${host.knownHostsLine}\n`);
  const cores: Core[] = [];
  return {
    dataDir,
    knownHosts,
    async openCore(now) {
      const core = await createCore({
        dataDir,
        nativeDir: NATIVE_DIR,
        ssh: { userKnownHosts: knownHosts, systemKnownHosts: [], defaultKeyFiles: [host.keyFile], agentSocket: null },
        user: 'tester',
        workstation: 'testbed',
        now,
      });
      cores.push(core);
      return core;
    },
    async remove() {
      for (const core of cores) await core.dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function inputFor(host: ScriptedHost, user: ScriptedUser): HostInput {
  const { address, port } = host;
  return {
    name: user,
    address,
    port,
    user,
    keyFile: null,
    group: null,
    tags: [],
    note: '',
    transport: 'auto',
    source: null,
  };
}

/** Adds the host, connects, and resolves with its id once its facts are read. */
export async function addHost(core: Core, host: ScriptedHost, user: ScriptedUser = 'root'): Promise<string> {
  const { id } = await core.inventory.add(inputFor(host, user));
  core.hosts.connectAndRead(id, 'user');
  await vi.waitFor(() => expect(core.hosts.facts(id)).not.toBeNull(), PATIENCE);
  return id;
}

export async function startVerb(
  core: Core,
  hostId: string,
  request: VerbRequest = { verb: 'upgrade' },
): Promise<Operation> {
  // What this machine is like (its users, its clock) may be worth a warning.
  const confirmed = CheckName.options;
  return core.operations.start(await core.operations.plan({ hostId, request }), { confirmed });
}

/** The operation once it has ended. */
export async function ended(core: Core, id: string): Promise<Operation> {
  return vi.waitFor(async () => {
    const operation = await core.operations.get(id);
    expect(operation.phase).toBe('ended');
    return operation;
  }, PATIENCE);
}

export async function reached(core: Core, id: string, phase: Operation['phase']): Promise<void> {
  await vi.waitFor(async () => expect((await core.operations.get(id)).phase).toBe(phase), PATIENCE);
}

/** Waits until the scripted bootc stands at a gate. */
export async function standsAt(host: ScriptedHost, gate: Parameters<ScriptedHost['isHeld']>[0]): Promise<void> {
  await vi.waitFor(() => expect(host.isHeld(gate)).toBe(true), PATIENCE);
}

/** Whether the local copies are what the host's files hold, byte for byte, and every byte has its place in the timeline once. */
export async function expectExactMirror(workspace: Workspace, host: ScriptedHost, id: string): Promise<void> {
  const timeline = (await readFile(join(workspace.dataDir, 'operations', id, 'timeline.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { source: LogSource; offset: number; length: number });
  for (const source of ['stdout', 'stderr', 'progress'] as const) {
    const there = await readFile(host.path(`/run/berth/${id}/${source}`));
    const here = await readFile(join(workspace.dataDir, 'operations', id, source));
    expect(here.equals(there), `${source}: ${String(here.length)} bytes here, ${String(there.length)} there`).toBe(
      true,
    );
    let next = 0;
    for (const record of timeline.filter((candidate) => candidate.source === source)) {
      expect(record.offset).toBe(next);
      next += record.length;
    }
    expect(next).toBe(there.length);
  }
}

/** The text of a log from beginning to end, without colours. */
export async function readLog(
  core: Core,
  id: string,
  sources: LogSource[] = ['stdout', 'stderr', 'berth'],
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const request = { kind: 'operation-log' as const, operationId: id, sources, tailBytes: 1024 * 1024 };
  for await (const bytes of core.operations.openLog(request)) text += decoder.decode(bytes, { stream: true });
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}

/** A Berth in a process of its own. */
export interface OtherBerth {
  readonly lines: readonly string[];
  /** Resolves with the first line that matches, once it was said. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Whether it has ended, by whichever way. */
  hasEnded(): boolean;
  kill(): Promise<void>;
  /** What it holds after a collection, in bytes: its heap and the buffers outside of it. */
  memory(): Promise<number>;
}

/**
 * Starts another Berth on the same data folder, with an upgrade (or what else is asked) of a host (its id) or none. With `diesAt` it is
 * killed as soon as it has kept its so-manieth state.
 */
export async function startOtherBerth(
  workspace: Workspace,
  host: ScriptedHost,
  upgrade: string | null,
  request: VerbRequest = { verb: 'upgrade' },
  diesAt: number | null = null,
): Promise<OtherBerth> {
  const options = {
    dataDir: workspace.dataDir,
    nativeDir: NATIVE_DIR,
    knownHosts: workspace.knownHosts,
    keyFile: host.keyFile,
    upgrade,
    request,
    diesAt,
  };
  const child = spawn(process.execPath, ['--expose-gc', await bundleCoreProcess(), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (partial + text).split('\n');
    partial = parts.pop() ?? '';
    lines.push(...parts);
  });
  return {
    lines,
    said: (pattern) =>
      vi.waitFor(() => {
        const match = lines.map((line) => pattern.exec(line)).find((found) => found !== null);
        if (!match) throw new Error(`Not said: ${String(pattern)}; said: ${lines.join(', ')}`);
        return match;
      }, PATIENCE),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: () => end(child),
    async memory() {
      const answers = () => lines.filter((line) => line.startsWith('memory '));
      const answered = answers().length;
      child.stdin.write('?\n');
      await vi.waitFor(() => expect(answers().length).toBeGreaterThan(answered), PATIENCE);
      return Number(answers()[answered]?.split(' ')[1]);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

let bundled: Promise<string> | null = null;

// Of every test file that imports this one.
afterAll(async () => {
  if (bundled) await rm(await bundled, { force: true });
});

/** The process as one file: Node 20 runs no TypeScript. Below node_modules, so that packages are found. */
function bundleCoreProcess(): Promise<string> {
  bundled ??= (async () => {
    const folder = join(import.meta.dirname, '../../../node_modules/.cache/berth-tests');
    await mkdir(folder, { recursive: true });
    const outfile = join(folder, `core-process-${String(process.pid)}.cjs`);
    await build({
      entryPoints: [join(import.meta.dirname, 'core-process.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      logLevel: 'error',
    });
    return outfile;
  })();
  return bundled;
}
