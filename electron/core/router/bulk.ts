import { implement } from '@orpc/server';
import { bulk } from '../../../shared/contract/bulk.ts';
import type { Bulk } from '../../../shared/model/bulk.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** Hosts of a bulk begin and end together. */
const BULKS_SETTLE_MS = 250;

const os = implement(bulk).$context<AnswerContext>().use(errorsAsFailures);

export const bulkRouter = os.router({
  start: os.start.handler(({ input, context }) => context.session.core().bulks.start(input)),
  stop: os.stop.handler(({ input, context }) => context.session.core().bulks.stop(input.id)),
  watch: os.watch.handler(({ context, signal }) => watchBulks(context.session, endOf(signal))),
});

async function* watchBulks(session: Session, signal: AbortSignal): AsyncGenerator<Bulk[]> {
  const { bulks } = session.core();
  const changes = watchChanges<Bulk>(bulks.onChange, signal, () => 'all', BULKS_SETTLE_MS);
  try {
    do yield [...bulks.list()];
    while (await changes.next());
  } finally {
    changes.end();
  }
}
