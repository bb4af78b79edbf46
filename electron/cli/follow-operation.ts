import { describe } from '../../shared/errors/describe.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { progressWords } from './progress-words.ts';

/** More of an operation that began earlier is not shown again; the whole log is in the history. */
const TAIL_BYTES = 256 * 1024;

/**
 * Shows the log and the progress of an operation until it has ended, and resolves with it; with null when `signal` aborts
 * first. The operation does not notice either way.
 */
export async function followOperation(
  core: Core,
  terminal: Console,
  { id }: Operation,
  signal: AbortSignal,
): Promise<Operation | null> {
  const stop = new AbortController();
  const leave = () => {
    stop.abort();
  };
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  const unsubscribe = core.operations.onChange((operation) => {
    if (operation.id === id) noteConnection(operation);
  });
  let wasAttached = true;
  function noteConnection({ attached, detachedBecause, phase }: Operation): void {
    if (attached === wasAttached || phase !== 'running') return;
    wasAttached = attached;
    terminal.progress(null);
    const why = detachedBecause ? describe(detachedBecause).text : 'The connection was lost.';
    terminal.err(attached ? 'Connected again.\n' : `${why} It goes on at the host; waiting for the connection.\n`);
  }

  try {
    const [ended] = await Promise.all([
      waitForEnd(core, id, stop.signal),
      showLog(core, terminal, id, stop.signal),
      showProgress(core, terminal, id, stop.signal),
    ]);
    return ended;
  } finally {
    terminal.progress(null);
    unsubscribe();
    signal.removeEventListener('abort', leave);
  }
}

async function waitForEnd({ operations }: Core, id: string, signal: AbortSignal): Promise<Operation | null> {
  return new Promise((resolve, reject) => {
    const finish = (operation: Operation | null) => {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      resolve(operation);
    };
    const onAbort = () => {
      finish(null);
    };
    const look = (operation: Operation) => {
      if (operation.id === id && operation.phase === 'ended') finish(operation);
    };
    const unsubscribe = operations.onChange(look);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    operations.get(id).then(look, reject);
  });
}

async function showLog({ operations }: Core, terminal: Console, id: string, signal: AbortSignal): Promise<void> {
  const log = operations.openLog({
    kind: 'operation-log',
    operationId: id,
    sources: ['stdout', 'stderr', 'progress', 'berth'],
    tailBytes: TAIL_BYTES,
  });
  const chunks = log[Symbol.asyncIterator]();
  const leave = () => void chunks.return?.(undefined);
  signal.addEventListener('abort', leave);
  const decoder = new TextDecoder();
  try {
    for (let chunk = await chunks.next(); chunk.done !== true && !signal.aborted; chunk = await chunks.next()) {
      const text = decoder.decode(chunk.value, { stream: true });
      terminal.out(terminal.isOutTerminal ? text : withoutColour(text));
    }
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function showProgress({ operations }: Core, terminal: Console, id: string, signal: AbortSignal): Promise<void> {
  for await (const progress of operations.watchProgress(id, signal)) {
    terminal.progress(progressWords(progress) || null);
  }
}

/** The log as lines of plain text: its colours are its only control sequences (`core/operations/log-view.ts`). */
function withoutColour(text: string): string {
  return text.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll('\r\n', '\n');
}
