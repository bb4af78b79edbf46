import { failureOf, failureText } from '../../state/failure-of.ts';
import type { Session } from '../../state/session.ts';
import { TOAST_STAY_MS } from '../../state/toasts-store.ts';

/**
 * Terminals that were closed here. What runs in one cannot be brought back, and nobody wants to be asked each time: it leaves the tabs at once
 * and ends when the offer to undo it has gone.
 */
export interface Closings {
  close(terminalId: string): void;
  /** What still waits is closed now. */
  dispose(): void;
}

export function createClosings(
  { client, fleet, terminals, toasts }: Session,
  cell: { readonly get: () => ReadonlySet<string>; readonly set: (closing: ReadonlySet<string>) => void },
  onUndone: (terminalId: string) => void,
): Closings {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const mark = (id: string, isClosing: boolean) => {
    const closing = new Set(cell.get());
    if (isClosing) closing.add(id);
    else closing.delete(id);
    cell.set(closing);
  };

  function closeNow(id: string): void {
    timers.delete(id);
    client.terminal.close({ id }).then(
      () => {
        const { terminals: all } = terminals.getState();
        terminals.setState({ terminals: new Map([...all].filter(([each]) => each !== id)) });
        mark(id, false);
      },
      (error: unknown) => {
        mark(id, false);
        onUndone(id);
        toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
      },
    );
  }

  function undo(id: string): void {
    const timer = timers.get(id);
    if (!timer) return;
    clearTimeout(timer);
    timers.delete(id);
    mark(id, false);
    onUndone(id);
  }

  /** Nobody is there any more to take it back. */
  function closeAll(): void {
    for (const [id, timer] of timers) {
      clearTimeout(timer);
      client.terminal.close({ id }).catch(() => undefined);
    }
    timers.clear();
  }
  addEventListener('pagehide', closeAll);

  return {
    close(id) {
      const info = terminals.getState().terminals.get(id);
      if (!info || timers.has(id)) return;
      mark(id, true);
      if (info.state.kind === 'ended') {
        closeNow(id);
        return;
      }
      timers.set(
        id,
        setTimeout(() => closeNow(id), TOAST_STAY_MS.withAction),
      );
      const name = fleet.getState().rows.get(info.hostId)?.name ?? 'a host';
      toasts.add({
        tone: 'info',
        text: `The terminal on ${name} closes, and what runs in it ends.`,
        action: { label: 'Undo', run: () => undo(id) },
      });
    },
    dispose() {
      removeEventListener('pagehide', closeAll);
      closeAll();
    },
  };
}
