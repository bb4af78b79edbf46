import type { Session } from '../../state/session.ts';
import { beginBroadcast, idleLeft, receiversOf, withOpenOnly, type Broadcast } from './broadcast.ts';

/** A broadcast while it lasts. */
export interface Broadcasting {
  begin(terminalIds: readonly string[]): void;
  /** Who gets what is typed into a terminal. Typing keeps a broadcast alive. */
  typedInto(terminalId: string): readonly string[];
  end(why: string): void;
  /** Terminals have come, gone or changed. */
  follow(): void;
  dispose(): void;
}

export function createBroadcasting(
  { settings, terminals, toasts }: Session,
  cell: { readonly get: () => Broadcast | null; readonly set: (broadcast: Broadcast | null) => void },
): Broadcasting {
  let timer: ReturnType<typeof setTimeout> | null = null;

  function watchIdle(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const broadcast = cell.get();
    if (!broadcast) return;
    const { broadcastIdleSeconds } = settings.getState().settings.terminal;
    const left = idleLeft(broadcast, Date.now(), broadcastIdleSeconds);
    if (left === 0) end(`Broadcast off: nothing was typed for ${broadcastIdleSeconds} seconds.`);
    else timer = setTimeout(watchIdle, left);
  }

  function end(why: string): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!cell.get()) return;
    cell.set(null);
    toasts.add({ tone: 'info', text: why });
  }

  return {
    begin(terminalIds) {
      cell.set(beginBroadcast(terminalIds, Date.now()));
      watchIdle();
    },
    typedInto(terminalId) {
      const broadcast = cell.get();
      const receivers = receiversOf(broadcast, terminalId);
      if (broadcast && receivers.length > 1) {
        cell.set({ ...broadcast, lastTypedAt: Date.now() });
        watchIdle();
      }
      return receivers;
    },
    end,
    follow() {
      const broadcast = cell.get();
      if (!broadcast) return;
      const left = withOpenOnly(broadcast, terminals.getState().terminals);
      if (!left) end('Broadcast off: only one terminal is left.');
      else if (left !== broadcast) cell.set(left);
    },
    dispose() {
      if (timer) clearTimeout(timer);
    },
  };
}
