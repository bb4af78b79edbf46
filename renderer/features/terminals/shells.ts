import type { TerminalSettings } from '../../../shared/model/settings.ts';
import type { TerminalInfo, TerminalSize } from '../../../shared/model/terminal.ts';
import type { Session } from '../../state/session.ts';
import type { ShellAction } from '../../terminal/shell-keys.ts';
import { createShellTerminal, type ShellTerminal } from '../../terminal/shell-terminal.ts';

/** What a shell of the dock asks of it; `id` is the terminal's. */
export interface ShellsHost {
  readonly onTyped: (id: string, text: string) => void;
  readonly onPaste: (id: string, text: string) => void;
  readonly onLink: (address: string) => void;
  readonly onAction: (action: ShellAction) => void;
  readonly onFocus: (id: string) => void;
  readonly onClipboard: (id: string, text: string) => void;
}

/** The xterms of this page, one for each terminal that was looked at here, whichever pane shows it. */
export interface Shells {
  /** Made, and connected, when it is first asked for. */
  of(id: string): ShellTerminal;
  get(id: string): ShellTerminal | null;
  sizeOf(id: string): TerminalSize | null;
  /** Drops those that are gone, and connects those whose stream has ended to shells that go on. */
  keep(terminals: ReadonlyMap<string, TerminalInfo>): void;
  set(settings: TerminalSettings): void;
  dispose(): void;
}

/** Waits before a stream is opened again that has ended at once, ms. */
const AGAIN_MS = [100, 500, 2000, 5000] as const;

interface Kept {
  readonly shell: ShellTerminal;
  attempts: number;
  timer: ReturnType<typeof setTimeout> | null;
}

export function createShells(session: Session, host: ShellsHost): Shells {
  const { connection, terminals, settings, fleet } = session;
  const all = new Map<string, Kept>();

  function create(id: string): Kept {
    const info = terminals.getState().terminals.get(id);
    const name = info && fleet.getState().rows.get(info.hostId)?.name;
    const shell = createShellTerminal(`Terminal on ${name ?? 'a host'}`, settings.getState().settings.terminal, {
      onTyped: (text) => host.onTyped(id, text),
      onPaste: (text) => host.onPaste(id, text),
      onLink: host.onLink,
      onAction: host.onAction,
      onFocus: () => host.onFocus(id),
      onClipboard: (text) => host.onClipboard(id, text),
    });
    const kept: Kept = { shell, attempts: 0, timer: null };
    all.set(id, kept);
    shell.subscribe(() => connectAgain(id, kept));
    connect(id, kept);
    return kept;
  }

  function connect(id: string, { shell }: Kept): void {
    shell.connect((size) => connection.openStream({ kind: 'terminal', terminalId: id, size }));
  }

  /** A stream that has ended says nothing of the shell, which lives in the core. */
  function connectAgain(id: string, kept: Kept): void {
    const kind = terminals.getState().terminals.get(id)?.state.kind;
    const { stream } = kept.shell.state();
    if (stream === 'open' || stream === 'none' || kept.timer || kind === undefined || kind === 'ended') return;
    kept.timer = setTimeout(
      () => {
        kept.timer = null;
        kept.attempts += 1;
        connect(id, kept);
      },
      AGAIN_MS[Math.min(kept.attempts, AGAIN_MS.length - 1)],
    );
  }

  function drop(id: string, { shell, timer }: Kept): void {
    if (timer) clearTimeout(timer);
    all.delete(id);
    shell.dispose();
  }

  return {
    of: (id) => (all.get(id) ?? create(id)).shell,
    get: (id) => all.get(id)?.shell ?? null,
    sizeOf: (id) => all.get(id)?.shell.size() ?? null,
    keep(there) {
      for (const [id, kept] of all) {
        if (there.has(id)) connectAgain(id, kept);
        else drop(id, kept);
      }
    },
    set(next) {
      for (const { shell } of all.values()) shell.set(next);
    },
    dispose() {
      for (const [id, kept] of all) drop(id, kept);
    },
  };
}
