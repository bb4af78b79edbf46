import { implement } from '@orpc/server';
import type { ByteStream } from '../../../renderer/connection/berth-connection.ts';
import { terminal as terminalContract, type TerminalsEvent } from '../../../shared/contract/terminal.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { StreamRequest } from '../../../shared/model/stream.ts';
import type { Recording, TerminalInfo } from '../../../shared/model/terminal.ts';
import { createCell, type Cell } from './cell.ts';

/** The terminals of a fixture: nothing runs in them. */
export interface TerminalWorld {
  readonly terminals: Cell<readonly TerminalInfo[]>;
  /** What was typed into each, by its id. */
  readonly typed: Map<string, string>;
  recordings: Recording[];
  readonly calls: string[];
  /** Has a terminal print something, in every page that shows it. */
  print(id: string, text: string): void;
  change(id: string, change: Partial<TerminalInfo>): void;
  openStream(request: Extract<StreamRequest, { kind: 'terminal' }>): ByteStream;
}

/** An open terminal without a title, changed as told. */
export function terminalOf(
  change: Partial<TerminalInfo> & { readonly id: string; readonly hostId: string },
): TerminalInfo {
  return {
    ...{ openedAt: '2026-08-20T10:00:00.000Z', title: '', size: { columns: 80, rows: 24 }, bells: 0 },
    ...{ state: { kind: 'open' }, multiplexers: [], attached: null, droppedBytes: 0 },
    ...{ recording: null, recordingFailure: null },
    ...change,
  };
}

export function createTerminalWorld(): TerminalWorld {
  const terminals = createCell<readonly TerminalInfo[]>([]);
  const pages = new Map<string, Set<(bytes: Uint8Array, parsed: () => void) => void>>();
  const typed = new Map<string, string>();
  const decoder = new TextDecoder();
  return {
    terminals,
    typed,
    recordings: [],
    calls: [],
    print(id, text) {
      for (const page of pages.get(id) ?? []) page(new TextEncoder().encode(text), () => undefined);
    },
    change(id, change) {
      terminals.set(terminals.get().map((each) => (each.id === id ? { ...each, ...change } : each)));
    },
    openStream({ terminalId: id }) {
      const own = pages.get(id) ?? new Set();
      pages.set(id, own);
      let listening: ((bytes: Uint8Array, parsed: () => void) => void) | null = null;
      return {
        onBytes(listener) {
          listening = listener;
          own.add(listener);
        },
        onEnd: () => undefined,
        write: (bytes) => void typed.set(id, (typed.get(id) ?? '') + decoder.decode(bytes)),
        waiting: 0,
        dropWaiting: () => undefined,
        send: () => undefined,
        onMessage: (listener) => listener({ lead: true }),
        close() {
          if (listening) own.delete(listening);
        },
      };
    },
  };
}

export function terminalProcedures(world: TerminalWorld) {
  const { terminals, calls } = world;
  const os = implement(terminalContract);
  const infoOf = (id: string): TerminalInfo => {
    const info = terminals.get().find((each) => each.id === id);
    if (!info) throw new BerthError('terminal.unknown');
    return info;
  };
  return {
    open: os.open.handler(({ input: { hostId } }) => {
      const id = `t${terminals.get().length + 1}`;
      calls.push(`open ${hostId}`);
      terminals.set([...terminals.get(), terminalOf({ id, hostId, openedAt: new Date().toISOString() })]);
      return infoOf(id);
    }),
    close: os.close.handler(({ input: { id } }) => {
      calls.push(`close ${id}`);
      terminals.set(terminals.get().filter((each) => each.id !== id));
    }),
    reopen: os.reopen.handler(({ input: { id, attach } }) => {
      calls.push(`reopen ${id} ${attach ?? 'a shell'}`);
      world.change(id, { state: { kind: 'open' }, attached: attach });
      return infoOf(id);
    }),
    list: os.list.handler(() => [...terminals.get()]),
    watch: os.watch.handler(async function* ({ signal }): AsyncGenerator<TerminalsEvent> {
      for await (const all of terminals.watch(signal)) yield { kind: 'snapshot', terminals: [...all] };
    }),
    record: os.record.handler(({ input: { id, on, withInput } }) => {
      calls.push(`record ${id} ${on ? (withInput ? 'with input' : 'output') : 'off'}`);
      world.change(id, { recording: on ? { id: `r-${id}`, withInput } : null });
      return infoOf(id);
    }),
    recordings: os.recordings.handler(({ input: { hostId } }) =>
      world.recordings.filter((each) => hostId === null || each.hostId === hostId),
    ),
    removeRecording: os.removeRecording.handler(({ input: { id } }) => {
      calls.push(`removeRecording ${id}`);
      world.recordings = world.recordings.filter((each) => each.id !== id);
    }),
    exportRecording: os.exportRecording.handler(async function* () {
      yield await Promise.resolve({ fileName: 'recording.txt', text: '' });
    }),
  };
}
