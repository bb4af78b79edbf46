import type { Readable } from 'node:stream';
import { formatBytes } from '../../../shared/logic/format.ts';
import { createInterruptDrop, DROP_LIMITS, type DropEnd, type InterruptDrop } from './interrupt-drop.ts';

/** Bytes on their way to the screens from which on an interrupt drops them. Below, they are shown sooner than anybody looks. */
const FLOOD_BYTES = 64 * 1024;

export interface OutputPipeOptions {
  readonly source: Readable;
  /** Shows bytes, everywhere. */
  readonly show: (bytes: Uint8Array) => void;
  /** Whoever shows them keeps up. */
  readonly hasRoom: () => boolean;
  /** Bytes that were shown and are not on the screens yet. */
  readonly backlog: () => number;
  /** A program has the whole screen to itself: what it draws is not to be torn. */
  readonly isAlternate: () => boolean;
  readonly onDropped: (bytes: number) => void;
}

/**
 * From a shell to whoever shows it, no faster than all of them keep up; nothing is kept here but the chunk in hand. After an interrupt the
 * backlog of a flood is dropped, and said so.
 */
export interface OutputPipe {
  /** There may be room again. */
  goOn(): void;
  /** Stands still until the returned function is called; chunks are never torn by it. */
  hold(): () => void;
  /** An interrupt was typed, of which the host prints `echo`. */
  interrupt(echo: string): void;
  /** The source has ended, or does not matter any more. */
  dispose(): void;
}

export function createOutputPipe(options: OutputPipeOptions): OutputPipe {
  const { source, show, hasRoom, backlog, isAlternate, onDropped } = options;
  let holds = 0;
  /** What came although the source was paused. */
  let held: Buffer[] = [];
  let drop: InterruptDrop | null = null;
  let quiet: NodeJS.Timeout | undefined;
  let longest: NodeJS.Timeout | undefined;
  let isOver = false;

  function endDrop({ dropped, modes, rest }: DropEnd): void {
    clearTimeout(quiet);
    clearTimeout(longest);
    drop = null;
    if (dropped > 0) {
      onDropped(dropped);
      // Out of whatever was cut in the middle, and plain again.
      const plain = `\x18${modes}\x1b[m\x1b(B\x0f`;
      show(Buffer.from(`${plain}\r\n\x1b[2m… ${formatBytes(dropped)} of output dropped by the interrupt …\x1b[m\r\n`));
    }
    if (rest.length > 0) show(rest);
  }

  function take(chunk: Buffer): void {
    if (!drop) {
      show(chunk);
      return;
    }
    const end = drop.push(chunk);
    if (end) endDrop(end);
    else quiet?.refresh();
  }

  function goOn(): void {
    if (isOver || holds > 0) return;
    for (let chunk = held.shift(); chunk; chunk = held.shift()) take(chunk);
    if (drop || hasRoom()) source.resume();
  }

  function onData(chunk: Buffer): void {
    if (holds > 0) held.push(chunk);
    else take(chunk);
    if (holds > 0 || (!drop && !hasRoom())) source.pause();
  }
  source.on('data', onData);

  const finishDrop = () => {
    if (drop) endDrop(drop.end());
    goOn();
  };

  return {
    goOn,
    hold() {
      holds += 1;
      source.pause();
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holds -= 1;
        goOn();
      };
    },
    interrupt(echo) {
      if (isOver || drop || isAlternate() || backlog() + source.readableLength < FLOOD_BYTES) return;
      drop = createInterruptDrop(echo);
      quiet = setTimeout(finishDrop, DROP_LIMITS.quietMs);
      longest = setTimeout(finishDrop, DROP_LIMITS.longestMs);
      goOn();
    },
    dispose() {
      if (drop) endDrop(drop.end());
      holds = 0;
      for (const chunk of held) show(chunk);
      held = [];
      isOver = true;
      source.off('data', onData);
    },
  };
}
