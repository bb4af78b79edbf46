import { implement } from '@orpc/server';
import { operation } from '../../../shared/contract/operation.ts';
import type { OperationsEvent } from '../../../shared/contract/operation.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** How many ended operations a page is told of at once; older ones are asked for by page. */
const RECENT_OPERATIONS = 50;

const os = implement(operation).$context<AnswerContext>().use(errorsAsFailures);

export const operationRouter = os.router({
  plan: os.plan.handler(({ input, context }) => context.session.core().operations.plan(input)),
  preflight: os.preflight.handler(({ input, context }) => context.session.core().operations.preflight(input)),
  start: os.start.handler(({ input: { plan, ...consent }, context }) =>
    context.session.core().operations.start(plan, consent),
  ),
  cancel: os.cancel.handler(({ input, context }) => context.session.core().operations.cancel(input.id)),
  watch: os.watch.handler(({ context, signal }) => watchOperations(context.session, endOf(signal))),
  watchProgress: os.watchProgress.handler(({ input, context, signal }) =>
    context.session.core().operations.watchProgress(input.id, endOf(signal)),
  ),
  list: os.list.handler(({ input, context }) => context.session.core().operations.list(input)),
  get: os.get.handler(({ input, context }) => context.session.core().operations.get(input.id)),
  exportLog: os.exportLog.handler(({ input, context }) => context.session.core().operations.exportLog(input.id)),
});

async function* watchOperations(session: Session, signal: AbortSignal): AsyncGenerator<OperationsEvent> {
  const { operations } = session.core();
  const changes = watchChanges<Operation>(operations.onChange, signal, (operation) => operation.id);
  try {
    const recent = await operations.list({ hostId: null, hostName: null, before: null, limit: RECENT_OPERATIONS });
    yield { kind: 'snapshot', operations: [...recent] };
    for (let batch = await changes.next(); batch; batch = await changes.next()) {
      for (const operation of batch) yield { kind: 'upsert', operation };
    }
  } finally {
    changes.end();
  }
}
