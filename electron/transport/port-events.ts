import { StreamAck, StreamSize } from '../../shared/model/stream.ts';
import { inputLimits } from '../../shared/model/stream-limits.ts';
import type { TerminalSize } from '../../shared/model/terminal-size.ts';
import type { BytePort } from './byte-port.ts';

/** What arrives at a port, whatever carries it; a wire calls the last three. */
export interface PortEvents extends Pick<BytePort, 'onAck' | 'onInput' | 'onSize' | 'onClose'> {
  message(data: unknown): void;
  input(bytes: Uint8Array): void;
  closed(): void;
}

/** Hands on what a page says, and drops what it may not say. `overflow`: it sends more before anybody listens than a page does. */
export function createPortEvents(overflow: () => void): PortEvents {
  let isClosed = false;
  const acks: ((bytes: number) => void)[] = [];
  const closes: (() => void)[] = [];
  let onInput: ((bytes: Uint8Array) => void) | null = null;
  let onSize: ((size: TerminalSize) => void) | null = null;
  let early: Uint8Array[] = [];
  let earlyBytes = 0;
  let earlySize: TerminalSize | null = null;

  return {
    onAck: (listener) => void acks.push(listener),
    onInput(listener) {
      onInput = listener;
      const waiting = early;
      early = [];
      for (const bytes of waiting) listener(bytes);
    },
    onSize(listener) {
      onSize = listener;
      if (earlySize) listener(earlySize);
    },
    onClose(listener) {
      if (isClosed) listener();
      else closes.push(listener);
    },
    message(data) {
      const ack = StreamAck.safeParse(data);
      if (ack.success) for (const listener of acks) listener(ack.data.ack);
      const size = StreamSize.safeParse(data);
      if (!size.success) return;
      if (onSize) onSize(size.data.size);
      else earlySize = size.data.size;
    },
    input(bytes) {
      if (onInput) {
        onInput(bytes);
        return;
      }
      earlyBytes += bytes.byteLength;
      if (earlyBytes <= inputLimits.untaken) early.push(bytes);
      else overflow();
    },
    closed() {
      if (isClosed) return;
      isClosed = true;
      for (const listener of closes) listener();
    },
  };
}
