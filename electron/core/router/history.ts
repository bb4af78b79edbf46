import { implement } from '@orpc/server';
import { history } from '../../../shared/contract/history.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** Operations on many hosts begin and end together. */
const HISTORY_SETTLE_MS = 200;

const os = implement(history).$context<AnswerContext>().use(errorsAsFailures);

export const historyRouter = os.router({
  list: os.list.handler(({ input, context, signal }) => context.session.core().history.list(input, signal)),
  watch: os.watch.handler(({ context, signal }) => watchHistory(context.session, endOf(signal))),
  verify: os.verify.handler(({ context, signal }) => context.session.core().history.verify(endOf(signal))),
  export: os.export.handler(({ input, context }) => context.session.core().history.export(input)),
});

async function* watchHistory(session: Session, signal: AbortSignal): AsyncGenerator<{ readonly at: number }> {
  const { history, options } = session.core();
  const changes = watchChanges<void>(history.onChange, signal, () => 'all', HISTORY_SETTLE_MS);
  try {
    do yield { at: options.now?.() ?? Date.now() };
    while (await changes.next());
  } finally {
    changes.end();
  }
}
