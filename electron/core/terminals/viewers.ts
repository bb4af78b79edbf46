import { describe } from '../../../shared/errors/describe.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { inputLimits, terminalWindow } from '../../../shared/model/stream-limits.ts';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import type { BytePort } from '../../transport/byte-port.ts';

export interface ViewersOptions {
  /** Something was typed. `taken` is to be called once the host has it, or when nobody will ever take it. */
  readonly onInput: (bytes: Uint8Array, taken: () => void) => void;
  /** The size that counts. */
  readonly onSize: (size: TerminalSize) => void;
  /** A page that was behind is not any more, or has gone. */
  readonly onRoom: () => void;
  /** The first page has come, or the last one has gone. */
  readonly onPresence: (isAnybodyThere: boolean) => void;
}

/** The pages that show one terminal. Of several, the one that came or changed its size last leads: its size counts, and it answers the host. */
export interface Viewers {
  add(port: BytePort, size: TerminalSize, restored: Uint8Array): void;
  send(bytes: Uint8Array): void;
  /** Every page keeps up with what it was sent. */
  readonly hasRoom: boolean;
  /** Bytes that the page furthest behind has not parsed yet. */
  readonly behind: number;
  readonly count: number;
  /** The terminal is closed. */
  end(): void;
}

interface Viewer {
  readonly port: BytePort;
  size: TerminalSize;
  unacknowledged: number;
  /** Over the high water, and not yet below the low one. */
  isBehind: boolean;
  /** Bytes that it typed and that the host has not taken. */
  untaken: number;
}

export function createViewers({ onInput, onSize, onRoom, onPresence }: ViewersOptions): Viewers {
  // The one that leads is last.
  let viewers: Viewer[] = [];

  function lead(viewer: Viewer): void {
    const before = viewers.at(-1);
    viewers = [...viewers.filter((other) => other !== viewer), viewer];
    if (before && before !== viewer) before.port.tell({ lead: false });
    if (before !== viewer) viewer.port.tell({ lead: true });
    onSize(viewer.size);
  }

  function leave(viewer: Viewer): void {
    if (!viewers.includes(viewer)) return;
    const hasLed = viewers.at(-1) === viewer;
    viewers = viewers.filter((other) => other !== viewer);
    const next = viewers.at(-1);
    if (hasLed && next) {
      next.port.tell({ lead: true });
      onSize(next.size);
    }
    onRoom();
    if (!next) onPresence(false);
  }

  function type(viewer: Viewer, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    viewer.untaken += bytes.byteLength;
    if (viewer.untaken > 2 * inputLimits.untaken) {
      leave(viewer);
      viewer.port.end({ end: 'failed', message: describe(failure('terminal.flooded')).text });
      return;
    }
    onInput(bytes, () => {
      viewer.untaken -= bytes.byteLength;
      if (viewers.includes(viewer)) viewer.port.tell({ taken: bytes.byteLength });
    });
  }

  function sendTo(viewer: Viewer, bytes: Uint8Array): void {
    viewer.unacknowledged += bytes.byteLength;
    if (viewer.unacknowledged > terminalWindow.highWater) viewer.isBehind = true;
    viewer.port.send(bytes);
  }

  return {
    add(port, size, restored) {
      const viewer: Viewer = { port, size, unacknowledged: 0, isBehind: false, untaken: 0 };
      const isFirst = viewers.length === 0;
      lead(viewer);
      if (isFirst) onPresence(true);
      if (restored.byteLength > 0) sendTo(viewer, restored);
      port.onAck((bytes) => {
        viewer.unacknowledged = Math.max(0, viewer.unacknowledged - bytes);
        if (!viewer.isBehind || viewer.unacknowledged >= terminalWindow.lowWater) return;
        viewer.isBehind = false;
        onRoom();
      });
      port.onSize((newer) => {
        viewer.size = newer;
        lead(viewer);
      });
      port.onInput((bytes) => type(viewer, bytes));
      port.onClose(() => leave(viewer));
    },
    send(bytes) {
      for (const viewer of viewers) sendTo(viewer, bytes);
    },
    get hasRoom() {
      return !viewers.some(({ isBehind }) => isBehind);
    },
    get behind() {
      return Math.max(0, ...viewers.map(({ unacknowledged }) => unacknowledged));
    },
    get count() {
      return viewers.length;
    },
    end() {
      const all = viewers;
      viewers = [];
      for (const { port } of all) port.end({ end: 'complete', message: '' });
    },
  };
}
