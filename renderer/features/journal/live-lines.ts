import type { JournalStreamLine } from '../../../shared/model/journal.ts';
import type { JournalRequest } from '../../../shared/model/stream.ts';
import type { BerthConnection } from '../../connection/berth-connection.ts';
import { createFrameBatch } from '../../state/frame-batch.ts';

/** Reads the lines of a followed journal; they are handed over together, once a frame. */
export function followJournal(
  connection: Pick<BerthConnection, 'openStream'>,
  request: JournalRequest,
  handlers: {
    readonly onLines: (lines: readonly JournalStreamLine[]) => void;
    /** Null: it ended without a reason, which a follow does not do by itself. */
    readonly onEnd: (message: string) => void;
  },
): { readonly dispose: () => void } {
  const stream = connection.openStream(request);
  const decoder = new TextDecoder();
  const batch = createFrameBatch<JournalStreamLine>(handlers.onLines);
  let rest = '';
  stream.onBytes((bytes, parsed) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const read = readLine(line);
      if (read) batch.add(read);
    }
    parsed();
  });
  stream.onEnd(({ message }) => handlers.onEnd(message));
  return {
    dispose() {
      batch.dispose();
      stream.close();
    },
  };
}

/** The core has checked what the host said; here it only has to be a line of ours. */
function readLine(line: string): JournalStreamLine | null {
  if (line === '') return null;
  try {
    const value: unknown = JSON.parse(line);
    const isLine = typeof value === 'object' && value !== null && 'h' in value && typeof value.h === 'number';
    return isLine ? (value as JournalStreamLine) : null;
  } catch {
    return null;
  }
}
