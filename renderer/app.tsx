import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { failure, type Failure } from '../shared/errors/failure.ts';
import { ConnectionProblem } from './features/frame/connection-problem.tsx';
import { Frame, FrameOutline } from './features/frame/frame.tsx';
import type { BerthConnection } from './connection/berth-connection.ts';
import { Dialogs } from './dialogs.tsx';
import { DockSlot } from './dock-slot.tsx';
import { Page } from './pages.tsx';
import { failureOf } from './state/failure-of.ts';
import { createFleetStore } from './state/fleet-store.ts';
import { navigate } from './state/route.ts';
import { createSession, type Session } from './state/session.ts';
import { SessionContext, WorkspacesContext, type Workspaces } from './state/session-context.ts';

/** Waits before connecting again after the core was lost, in milliseconds. Then a person is asked. */
const RECONNECT_MS = [300, 1000, 3000] as const;

type Phase =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open'; readonly session: Session }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The whole page: a connection, a session over it, and the frame with a page in it. A lost core is connected to again by itself
 * a few times; everything shown is then made anew.
 */
export function App({ connect }: { readonly connect: () => Promise<BerthConnection> }): ReactNode {
  const [phase, setPhase] = useState<Phase>({ kind: 'connecting', attempt: 0 });
  const attempt = phase.kind === 'connecting' ? phase.attempt : null;

  useEffect(() => {
    if (attempt === null) return undefined;
    let current = true;
    const start = async () => {
      try {
        const session = await openSession(await connect());
        if (current) setPhase({ kind: 'open', session });
        else closeSession(session);
      } catch (error) {
        if (!current) return;
        const reason = failureOf(error);
        const again = reason.code === 'connection.lost' && attempt > 0 && attempt < RECONNECT_MS.length;
        setPhase(again ? { kind: 'connecting', attempt: attempt + 1 } : { kind: 'failed', failure: reason });
      }
    };
    const timer = setTimeout(() => void start(), attempt === 0 ? 0 : RECONNECT_MS[attempt - 1]);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [attempt, connect]);

  const session = phase.kind === 'open' ? phase.session : null;
  useEffect(() => {
    if (!session) return undefined;
    return session.connection.onLost(() => {
      session.dispose();
      setPhase({ kind: 'connecting', attempt: 1 });
    });
  }, [session]);

  const workspaces = useMemo<Workspaces | null>(
    () =>
      session && {
        openDemo: async (hosts) => setPhase({ kind: 'open', session: await turn(session, { hosts }) }),
        closeDemo: async () => setPhase({ kind: 'open', session: await turn(session, null) }),
      },
    [session],
  );

  if (phase.kind === 'failed') {
    const retry = () => setPhase({ kind: 'connecting', attempt: 0 });
    return (
      <ConnectionProblem failure={phase.failure} onRetry={phase.failure.code === 'connection.lost' ? retry : null} />
    );
  }
  if (!session || !workspaces) {
    return attempt ? <ConnectionProblem failure={failure('connection.lost')} onRetry={null} /> : <FrameOutline />;
  }
  return (
    <SessionContext value={session}>
      <WorkspacesContext value={workspaces}>
        <Frame key={session.epoch} dock={<DockSlot />}>
          <Page />
        </Frame>
        <Dialogs />
      </WorkspacesContext>
    </SessionContext>
  );
}

/** The fleet is asked for together with all else: one round trip and one drawing less before the first table. */
async function openSession(connection: BerthConnection): Promise<Session> {
  const { client } = connection;
  const fleet = createFleetStore(client);
  try {
    const [info, settings] = await Promise.all([client.app.info(), client.settings.get()]);
    return createSession(connection, info, settings, fleet);
  } catch (error) {
    fleet.dispose();
    connection.dispose();
    throw error;
  }
}

function closeSession(session: Session): void {
  session.dispose();
  session.connection.dispose();
}

/** Turns the connection to another workspace. The look goes along: a demo has settings of its own, and nobody wants them to blink. */
async function turn(session: Session, demo: { readonly hosts: number } | null): Promise<Session> {
  const { connection } = session;
  const { settings } = session.settings.getState();
  const info = demo ? await connection.client.app.openDemo(demo) : await connection.client.app.closeDemo();
  if (demo) await connection.client.settings.set(settings);
  session.dispose();
  navigate({ page: 'fleet' });
  return createSession(connection, info, demo ? settings : await connection.client.settings.get());
}
