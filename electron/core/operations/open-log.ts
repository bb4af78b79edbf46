import type { LogRequest } from '../../../shared/model/stream.ts';
import { createLogView, type LogView } from './log-view.ts';
import type { OperationFiles } from './operation-files.ts';
import type { Pulse } from './pulse.ts';
import { streamRecords, tailOffsets, type LogBytes } from './record-stream.ts';

/** What is read of an operation's folder for a log, and how its end is known. */
export interface LogSourceFiles {
  readonly files: OperationFiles;
  readonly pulse: Pulse;
  readonly isEnded: () => boolean;
}

/** The log of one operation as terminal text: its tail, then live to its end. Lazy; rejects as `source` does; `return()` ends it, also while it waits. */
export function openLog(source: () => Promise<LogSourceFiles>, request: LogRequest): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const chunks = renderLog(source, request, stop.signal);
      return {
        next: () => chunks.next(),
        return() {
          // A generator that waits hears of `return()` only after its wait.
          stop.abort();
          return chunks.return(undefined);
        },
      };
    },
  };
}

async function* renderLog(
  source: () => Promise<LogSourceFiles>,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const { files, pulse, isEnded } = await source();
  const { from, isCut } = await tailOffsets(files, request.sources, request.tailBytes);
  const view = createLogView({ target: 'terminal', skipPartial: isCut });
  const encoder = new TextEncoder();
  for await (const text of viewOf(
    view,
    streamRecords({ files, sources: request.sources, from, pulse, isEnded, signal }),
  )) {
    yield encoder.encode(text);
  }
  return undefined;
}

/** The rendered text of a stream of records, without empty pieces. */
export async function* viewOf(view: LogView, records: AsyncIterable<LogBytes>): AsyncGenerator<string> {
  for await (const { source, time, bytes } of records) {
    const text = view.push(source, time, bytes);
    if (text !== '') yield text;
  }
  const rest = view.end();
  if (rest !== '') yield rest;
}
