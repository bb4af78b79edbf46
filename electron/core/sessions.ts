import { describe } from '../../shared/errors/describe.ts';
import { BerthError, failure } from '../../shared/errors/failure.ts';
import type { AppInfo } from '../../shared/model/app-info.ts';
import { StreamRequest } from '../../shared/model/stream.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { createCore, type Core, type CoreOptions } from './create-core.ts';
import { createDemoWorkspaces, type DemoWorkspace, type DemoWorkspaces, type StartFleet } from './demo-workspaces.ts';
import { countAgentKeys } from './ssh/agent.ts';
import { pumpToPort } from './streams/pump.ts';

export interface SessionsOptions {
  readonly core: CoreOptions;
  readonly version: string;
  readonly home: AppInfo['home'];
  /** Number of simulated hosts when Berth was started as a demo; the user's own inventory is then not even opened. */
  readonly demo: number | null;
  readonly startFleet: StartFleet;
}

/**
 * One page connection, or one command line. It looks at the user's own workspace or at a demo, which have nothing in common:
 * another data folder, another inventory, other known hosts, and in the demo no agent and no key of the user's.
 */
export interface Session {
  /** The core of the workspace this session looks at now. */
  core(): Core;
  info(): Promise<AppInfo>;
  openDemo(hosts: number): Promise<void>;
  closeDemo(): Promise<void>;
  /** Replaces the hosts that this session has on its screen. */
  setVisible(hostIds: readonly string[]): void;
  /** Serves one raw stream. The request comes from the page and is checked here; a bad one ends the stream with a message. */
  openStream(request: unknown, port: BytePort): void;
  dispose(): void;
}

/** Every session of one Berth over one core. Disposing ends the core; operations on hosts go on there. */
export interface Sessions {
  open(): Promise<Session>;
  dispose(): Promise<void>;
}

export async function createSessions(options: SessionsOptions): Promise<Sessions> {
  const demos = createDemoWorkspaces(options.core, options.startFleet);
  const own = options.demo === null ? await createCore(options.core) : null;
  // Held open for as long as this Berth runs, so that a reload finds the same simulated hosts.
  if (options.demo !== null) await demos.enter(options.demo);

  return {
    async open() {
      const demo = options.demo === null ? null : await demos.enter(options.demo);
      return createSession(options, demos, own, demo);
    },
    async dispose() {
      await Promise.all([demos.dispose(), own?.dispose()]);
    },
  };
}

function createSession(
  options: SessionsOptions,
  demos: DemoWorkspaces,
  own: Core | null,
  firstDemo: DemoWorkspace | null,
): Session {
  const viewer = {};
  let demo = firstDemo;
  let isGone = false;

  function core(): Core {
    const current = demo?.core ?? own;
    if (!current) throw new BerthError('connection.lost');
    return current;
  }

  async function lookAt(next: DemoWorkspace | null): Promise<void> {
    core().hosts.removeViewer(viewer);
    const left = demo;
    demo = next;
    if (left) await demos.leave(left);
  }

  return {
    core,
    async info() {
      const current = core();
      return {
        version: options.version,
        home: options.home,
        demo: demo?.hosts ?? null,
        demoOnly: own === null,
        user: current.options.user,
        workstation: current.options.workstation,
        agentKeys: await countAgentKeys(current.ssh.agentSocket),
        dataDir: current.options.dataDir,
        problems: [...current.problems()],
      };
    },
    async openDemo(hosts) {
      const next = await demos.enter(hosts);
      // The page may have gone while the fleet was starting, and then nobody else would ever leave it.
      if (isGone) {
        await demos.leave(next);
        throw new BerthError('connection.lost');
      }
      await lookAt(next);
    },
    async closeDemo() {
      if (own) await lookAt(null);
    },
    setVisible(hostIds) {
      core().hosts.setVisible(viewer, hostIds);
    },
    openStream(request, port) {
      const parsed = StreamRequest.safeParse(request);
      if (!parsed.success) {
        port.end({ end: 'failed', message: 'This stream request is not understood.' });
        return;
      }
      const { log, operations, terminals, journal } = core();
      const wanted = parsed.data;
      if (wanted.kind === 'terminal') {
        terminals.attach(wanted.terminalId, wanted.size, port);
        return;
      }
      const source =
        wanted.kind === 'recording'
          ? terminals.recordingBytes(wanted.recordingId)
          : wanted.kind === 'journal'
            ? journal.follow(wanted)
            : operations.openLog(wanted);
      void pumpToPort(source, port, (error) => {
        const reason =
          error instanceof BerthError
            ? error.failure
            : failure('internal', { logId: log.error('stream', 'A stream failed', error) });
        return describe(reason).text;
      });
    },
    dispose() {
      if (isGone) return;
      isGone = true;
      core().hosts.removeViewer(viewer);
      if (demo) void demos.leave(demo);
    },
  };
}
