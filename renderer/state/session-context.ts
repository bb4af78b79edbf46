import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { FleetSlice } from './fleet-store.ts';
import type { OperationsSlice } from './operations-store.ts';
import type { Session } from './session.ts';

/** Given by the app. */
export const SessionContext = createContext<Session | null>(null);

/** What turns this page to another workspace; given by the app. */
export interface Workspaces {
  openDemo(hosts: number): Promise<void>;
  closeDemo(): Promise<void>;
}
export const WorkspacesContext = createContext<Workspaces | null>(null);

/** The session of this page. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession outside of a SessionContext');
  return session;
}

export function useWorkspaces(): Workspaces {
  const workspaces = use(WorkspacesContext);
  if (!workspaces) throw new Error('useWorkspaces outside of a WorkspacesContext');
  return workspaces;
}

/** A part of the fleet; renders again when it changes. The selector must return the same object for the same state. */
export function useFleet<T>(select: (state: FleetSlice) => T): T {
  return useStore(useSession().fleet, select);
}

/** A part of the operations; the same rule for the selector. */
export function useOperations<T>(select: (state: OperationsSlice) => T): T {
  return useStore(useSession().operations, select);
}
