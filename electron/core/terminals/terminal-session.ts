import { failure, type Failure } from '../../../shared/errors/failure.ts';
import type { Multiplexer, TerminalInfo, TerminalState } from '../../../shared/model/terminal.ts';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import type { BytePort } from '../../transport/byte-port.ts';
import type { ConnectReason } from '../ssh/connection-pool.ts';
import type { SshExit } from '../ssh/ssh-connection.ts';
import { interruptEcho } from './interrupt-drop.ts';
import { ATTACH_COMMANDS } from './multiplexers.ts';
import { createOutputPipe, type OutputPipe } from './output-pipe.ts';
import type { Recorder } from './recorder.ts';
import { createScreen } from './screen.ts';
import type { OpenShell, ShellLines } from './shell-lines.ts';
import { createViewers } from './viewers.ts';

/** `TERM` on the hosts: what xterm understands, and every host knows. */
export const TERM = 'xterm-256color';
/** The screen of the core may be so far behind what the host printed. */
const SCREEN_BACKLOG = 512 * 1024;
/** Sizes are told to the host no more often than this. */
const RESIZE_MS = 40;
/** A channel that ended without a word may have ended before its connection. */
const CLOSE_MS = 500;
/** Between two attempts at a shell on a connection that is there. */
const RETRY_MS = { first: 1_000, longest: 60_000 } as const;
/** A program that was lost leaves neither its screen nor its modes behind. Leaving a screen that is not there would move the cursor. */
const leaveProgram = (isAlternate: boolean) =>
  `\x18${isAlternate ? '\x1b[?1049l' : ''}\x1b[!p\x1b[?1000;1002;1003;1004;1006;2004l\x1b[?25h\x1b[m\x1b(B\x0f\r\n`;

export interface TerminalSessionOptions {
  readonly id: string;
  readonly hostId: string;
  readonly size: TerminalSize;
  readonly attach: Multiplexer | null;
  readonly lines: ShellLines;
  /** What the host has; asked once a shell is open. */
  readonly findMultiplexers: () => Promise<readonly Multiplexer[]>;
  /** Berth reboots the host just now. */
  readonly isRebooting: () => boolean;
  readonly onChange: () => void;
  /** Nobody has looked for as long as a terminal lives without. */
  readonly onAbandoned: () => void;
  readonly graceMs: () => number;
  readonly toFailure: (error: unknown) => Failure;
  readonly now: () => number;
}

/** One terminal: its shell, its screen, and the pages that show it. */
export interface TerminalSession {
  readonly hostId: string;
  info(): TerminalInfo;
  attach(port: BytePort, size: TerminalSize): void;
  /** See `terminal.reopen`. */
  reopen(attach: Multiplexer | null): void;
  /** The host is connected (again). */
  onConnected(): void;
  /** What is known of why the host is not connected. */
  onConnectionFailure(reason: Failure | null): void;
  record(recording: { readonly id: string; readonly withInput: boolean; readonly recorder: Recorder } | null): void;
  /** The recording broke off by itself. */
  recordingFailed(reason: Failure): void;
  /** There may be room again at the disk. */
  goOn(): void;
  /** Hangs up. Resolves when what is recorded is on the disk. */
  dispose(): Promise<void>;
}

/** Opens its shell at once. */
export function createTerminalSession(options: TerminalSessionOptions): TerminalSession {
  const { id, hostId, lines, onChange, now } = options;
  const openedAt = new Date(now()).toISOString();
  let state: TerminalState = { kind: 'opening' };
  let attached = options.attach;
  let wantedSize = options.size;
  let title = '';
  let bells = 0;
  let droppedBytes = 0;
  let multiplexers: readonly Multiplexer[] = [];
  let recording: { id: string; withInput: boolean; recorder: Recorder } | null = null;
  let recordingFailure: Failure | null = null;
  let current: (OpenShell & { readonly pipe: OutputPipe }) | null = null;
  let isTrying = false;
  /** Counts shells: what belongs to an earlier one is of no interest. */
  let turn = 0;
  let retry: NodeJS.Timeout | undefined;
  let retryMs: number = RETRY_MS.first;
  let grace: NodeJS.Timeout | undefined;
  let resizing: NodeJS.Timeout | undefined;
  let isDisposed = false;
  /** Typed before there was a shell. */
  const early: { readonly bytes: Uint8Array; readonly taken: () => void }[] = [];
  /** What was given to the shell, and is not taken yet. */
  const untaken = new Set<() => void>();

  const goOn = () => current?.pipe.goOn();
  const screen = createScreen({
    size: options.size,
    onTitle(newTitle) {
      title = newTitle;
      onChange();
    },
    onBell() {
      bells += 1;
      onChange();
    },
    onRoom: goOn,
  });
  const viewers = createViewers({ onInput: type, onSize: resize, onRoom: goOn, onPresence });
  onPresence(false);
  openShell('user');

  function setState(next: TerminalState): void {
    state = next;
    onChange();
  }

  function show(bytes: Uint8Array): void {
    screen.write(bytes);
    viewers.send(bytes);
    recording?.recorder.output(bytes);
  }

  function openShell(reason: ConnectReason): void {
    turn += 1;
    const own = turn;
    isTrying = true;
    clearTimeout(retry);
    const command = attached === null ? undefined : ATTACH_COMMANDS[attached];
    lines.open(hostId, reason, { ...wantedSize, term: TERM, command }).then(
      (opened) => {
        if (own !== turn) {
          opened.shell.close();
          return;
        }
        isTrying = false;
        onOpen(opened, own);
      },
      (error: unknown) => {
        if (own !== turn) return;
        isTrying = false;
        onRefused(options.toFailure(error));
      },
    );
  }

  function onRefused(reason: Failure): void {
    // Once it was open it comes back: the connection heals, or a person does what it takes.
    if (state.kind !== 'lost') {
      end({ code: null, signal: null }, reason);
      return;
    }
    setState({ ...state, failure: reason, rebooting: options.isRebooting() });
    retry = setTimeout(() => openShell('background'), retryMs);
    retryMs = Math.min(2 * retryMs, RETRY_MS.longest);
  }

  function onOpen(opened: OpenShell, own: number): void {
    const { shell } = opened;
    const pipe = createOutputPipe({
      source: shell.stdout,
      show,
      hasRoom: () => screen.pending < SCREEN_BACKLOG && viewers.hasRoom && (recording?.recorder.hasRoom ?? true),
      backlog: () => Math.max(viewers.behind, screen.pending),
      isAlternate: () => screen.isAlternate,
      onDropped(bytes) {
        droppedBytes += bytes;
        onChange();
      },
    });
    current = { ...opened, pipe };
    retryMs = RETRY_MS.first;
    setState({ kind: 'open' });
    // It may have changed while the shell was opened.
    shell.resize(wantedSize);
    for (const { bytes, taken } of early.splice(0)) type(bytes, taken);
    void whenOver(opened).then(async ({ exit, isLost }) => {
      await screen.settled();
      if (own === turn) onOver(exit, isLost);
    });
    options.findMultiplexers().then(
      (found) => {
        if (own !== turn) return;
        multiplexers = found;
        onChange();
      },
      () => undefined,
    );
  }

  function onOver(exit: SshExit, isLost: boolean): void {
    leaveShell();
    if (!isLost) {
      const isMissing = exit.code === 127 && attached !== null;
      end(exit, isMissing ? failure('terminal.no-multiplexer', { name: attached ?? '' }) : null);
      return;
    }
    show(Buffer.from(`${leaveProgram(screen.isAlternate)}\x1b[2m… the connection was lost …\x1b[m\r\n`));
    const since = new Date(now()).toISOString();
    setState({ kind: 'lost', since, failure: null, rebooting: options.isRebooting() });
    retry = setTimeout(() => openShell('background'), retryMs);
  }

  function end({ code, signal }: SshExit, reason: Failure | null): void {
    takeNothingMore();
    setState({ kind: 'ended', at: new Date(now()).toISOString(), code, signal, failure: reason });
  }

  /** The shell is no more, or not wanted any more. */
  function leaveShell(): void {
    turn += 1;
    isTrying = false;
    clearTimeout(retry);
    current?.pipe.dispose();
    current?.shell.close();
    current = null;
    takeNothingMore();
  }

  function takeNothingMore(): void {
    for (const { taken } of early.splice(0)) taken();
    for (const taken of [...untaken]) taken();
  }

  function type(bytes: Uint8Array, taken: () => void): void {
    if (!current) {
      if (state.kind === 'opening') early.push({ bytes, taken });
      else taken();
      return;
    }
    const echo = interruptEcho(bytes);
    const once = () => {
      if (untaken.delete(once)) taken();
    };
    untaken.add(once);
    current.shell.stdin.write(bytes, once);
    recording?.recorder.input(bytes);
    if (echo !== null) current.pipe.interrupt(echo);
  }

  function resize(size: TerminalSize): void {
    const isSame = size.columns === wantedSize.columns && size.rows === wantedSize.rows;
    wantedSize = size;
    // The first of a storm at once, then the newest now and then.
    if (isSame || resizing) return;
    applySize();
    resizing = setTimeout(() => {
      resizing = undefined;
      applySize();
    }, RESIZE_MS);
  }

  function applySize(): void {
    const { columns, rows } = screen.size;
    if (columns === wantedSize.columns && rows === wantedSize.rows) return;
    screen.resize(wantedSize);
    current?.shell.resize(wantedSize);
    recording?.recorder.resize(wantedSize);
    onChange();
  }

  function onPresence(isAnybodyThere: boolean): void {
    clearTimeout(grace);
    if (isAnybodyThere || isDisposed) return;
    grace = setTimeout(() => {
      if (viewers.count === 0) options.onAbandoned();
    }, options.graceMs());
    grace.unref();
  }

  return {
    hostId,
    info: () => ({
      ...{ id, hostId, openedAt, title, size: screen.size, bells, state, multiplexers: [...multiplexers], attached },
      recording: recording && { id: recording.id, withInput: recording.withInput },
      ...{ recordingFailure, droppedBytes },
    }),
    attach(port, size) {
      const letGo = current?.pipe.hold();
      void screen.settled().then(() => {
        if (isDisposed) {
          port.end({ end: 'complete', message: '' });
          return;
        }
        wantedSize = size;
        applySize();
        viewers.add(port, size, Buffer.from(screen.restore()));
        letGo?.();
      });
    },
    reopen(attach) {
      const isOpen = state.kind === 'open' || state.kind === 'opening';
      if (isOpen && (attach === null || attach === attached)) return;
      attached = attach;
      leaveShell();
      if (state.kind !== 'opening') show(Buffer.from(leaveProgram(screen.isAlternate)));
      setState({ kind: 'opening' });
      openShell('user');
    },
    onConnected() {
      if (state.kind === 'lost' && !isTrying) openShell('background');
    },
    onConnectionFailure(reason) {
      if (state.kind !== 'lost') return;
      const rebooting = options.isRebooting();
      if (state.failure?.code === reason?.code && state.rebooting === rebooting) return;
      setState({ ...state, failure: reason, rebooting });
    },
    record(next) {
      void recording?.recorder.end();
      recording = next;
      if (next) {
        recordingFailure = null;
        // Whoever plays it sees what was there when it began.
        const letGo = current?.pipe.hold();
        void screen.settled().then(() => {
          next.recorder.output(Buffer.from(screen.restore()));
          letGo?.();
        });
      }
      onChange();
      goOn();
    },
    recordingFailed(reason) {
      recording = null;
      recordingFailure = reason;
      onChange();
    },
    goOn,
    async dispose() {
      isDisposed = true;
      leaveShell();
      clearTimeout(grace);
      clearTimeout(resizing);
      viewers.end();
      screen.dispose();
      await recording?.recorder.end();
    },
  };
}

/** How a shell ended, and whether with its connection. */
async function whenOver({
  shell,
  connection,
}: OpenShell): Promise<{ readonly exit: SshExit; readonly isLost: boolean }> {
  let isClosed = connection.closed;
  const closed = new Promise<void>((resolve) =>
    connection.onClose(() => {
      isClosed = true;
      resolve();
    }),
  );
  const exit = await shell.exit;
  if (exit.code !== null || exit.signal !== null) return { exit, isLost: false };
  if (!isClosed) await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  return { exit, isLost: isClosed };
}
