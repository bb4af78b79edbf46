import type { TerminalsEvent } from '../../../shared/contract/terminal.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import type { Terminals } from './terminals.ts';

/** A title can change with every line that a host prints. */
const SETTLE_MS = 50;

/** All terminals, then each change, until the signal aborts. */
export async function* watchTerminals(terminals: Terminals, signal: AbortSignal): AsyncGenerator<TerminalsEvent> {
  const changes = watchChanges<string>(terminals.onChange, signal, (id) => id, SETTLE_MS);
  try {
    yield { kind: 'snapshot', terminals: [...terminals.list()] };
    for (let batch = await changes.next(); batch; batch = await changes.next()) {
      for (const id of batch) {
        const terminal = terminals.get(id);
        yield terminal ? { kind: 'upsert', terminal } : { kind: 'removed', id };
      }
    }
  } finally {
    changes.end();
  }
}
