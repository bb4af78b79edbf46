import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../../shared/model/terminal.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import type { DockModel, DockState } from './dock-model.ts';
import { terminalNames } from './terminal-words.ts';

/** Given by the dock. */
export const DockContext = createContext<DockModel | null>(null);

export function useDock(): DockModel {
  const model = use(DockContext);
  if (!model) throw new Error('useDock outside of a DockContext');
  return model;
}

/** A part of what the dock shows; the selector must return the same object for the same state. */
export function useDockState<T>(select: (state: DockState) => T): T {
  return useStore(useDock(), select);
}

export function useTerminal(id: string): TerminalInfo | undefined {
  return useStore(useSession().terminals, ({ terminals }) => terminals.get(id));
}

/** What terminals are called, by id. */
export function useTerminalNames(): ReadonlyMap<string, string> {
  const terminals = useStore(useSession().terminals, (state) => state.terminals);
  const rows = useFleet((state) => state.rows);
  return terminalNames(terminals.values(), (hostId) => rows.get(hostId)?.name ?? 'Removed host');
}
