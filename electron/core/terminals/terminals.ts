import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure } from '../../../shared/errors/failure.ts';
import type { Multiplexer, Recording, TerminalInfo, TerminalSize } from '../../../shared/model/terminal.ts';
import type { BytePort } from '../../transport/byte-port.ts';
import { createEmitter } from '../emitter.ts';
import type { TerminalServiceOptions, TerminalService } from './terminal-service.ts';

/** A piece of a recording to save. */
export interface RecordingPiece {
  readonly fileName: string;
  readonly text: string;
}

/** Shells on hosts, which live here while pages come and go; see `shared/contract/terminal.ts`. Rejects and throws BerthError. */
export interface Terminals {
  open(hostId: string, size: TerminalSize, attach: Multiplexer | null): Promise<TerminalInfo>;
  close(id: string): void;
  reopen(id: string, attach: Multiplexer | null): Promise<TerminalInfo>;
  list(): readonly TerminalInfo[];
  get(id: string): TerminalInfo | null;
  /** Calls back with the id of a terminal that was opened, has changed or was closed. */
  onChange(listener: (id: string) => void): () => void;
  record(id: string, on: boolean, withInput: boolean): Promise<TerminalInfo>;
  recordings(hostId: string | null): Promise<readonly Recording[]>;
  removeRecording(id: string): Promise<void>;
  exportRecording(id: string, format: 'cast' | 'text'): AsyncIterable<RecordingPiece>;
  recordingBytes(id: string): AsyncIterable<Uint8Array>;
  /** Shows a terminal at a page until the page goes. A terminal that is not there ends the stream with a message. */
  attach(id: string, size: TerminalSize, port: BytePort): void;
  /** A shell is open on this host, or comes back there. */
  isInUse(hostId: string): boolean;
  /** Hangs up. Resolves when what is recorded is on the disk. */
  dispose(): Promise<void>;
}

/** The terminals of a core. What a terminal needs is loaded with the first one. */
export function createTerminals(options: TerminalServiceOptions): Terminals {
  const changed = createEmitter<string>();
  let service: TerminalService | null = null;
  let loading: Promise<TerminalService> | null = null;
  let isDisposed = false;

  async function load(): Promise<TerminalService> {
    if (isDisposed) throw new BerthError('connection.lost');
    loading ??= import('./terminal-service.ts').then(({ createTerminalService }) => {
      service = createTerminalService(options, changed.emit);
      return service;
    });
    return loading;
  }

  return {
    open: async (...request) => (await load()).open(...request),
    close: (id) => service?.close(id),
    reopen: async (...request) => (await load()).reopen(...request),
    list: () => service?.list() ?? [],
    get: (id) => service?.get(id) ?? null,
    onChange: changed.subscribe,
    record: async (...request) => (await load()).record(...request),
    recordings: async (hostId) => (await load()).recordings(hostId),
    removeRecording: async (id) => (await load()).removeRecording(id),
    async *exportRecording(...request) {
      yield* (await load()).exportRecording(...request);
    },
    async *recordingBytes(id) {
      yield* (await load()).recordingBytes(id);
    },
    attach(id, size, port) {
      load().then(
        (loaded) => loaded.attach(id, size, port),
        () => port.end({ end: 'failed', message: describe(failure('connection.lost')).text }),
      );
    },
    isInUse: (hostId) => service?.isInUse(hostId) ?? false,
    async dispose() {
      isDisposed = true;
      await (await loading)?.dispose();
    },
  };
}
